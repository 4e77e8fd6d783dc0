import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll } from "vitest";
import { changeRoutes } from "../../f/lib/caddy/admin.ts";
import { caddyRoute, type RouteSpec } from "../../f/lib/caddy/route.ts";
import { siteSettings } from "../../f/lib/sites/sites_settings.ts";
import { startCaddy, visit } from "./edge.ts";

/** A release that is not the current one. */
export const RELEASE = "0123456789abcdef";

/** A site on the disk and a Caddy of this test file's own that serves it, under as many names as there are settings. */
export function servedSite() {
  const root = mkdtempSync(join(tmpdir(), "run8n-site-"));
  const write = (folder: string, files: Record<string, string | Buffer>) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, folder, path)), { recursive: true });
      writeFileSync(join(root, folder, path), content);
    }
  };
  let own: Awaited<ReturnType<typeof startCaddy>>;
  beforeAll(async () => {
    own = await startCaddy();
    write("releases/new", FILES);
    write(`releases/${RELEASE}`, { "index.html": "<h1>preview</h1>", "only.js": "preview" });
    symlinkSync("releases/new", join(root, "current"));
  });
  afterAll(async () => {
    await own.remove();
    rmSync(root, { recursive: true, force: true });
  });
  let projects = 0;
  return {
    write,
    /** Makes the site answer with these settings under a name of its own. */
    async serve(settings: unknown = {}) {
      const project = `site${++projects}`;
      const host = `${project}.apps.localhost`;
      const spec = { kind: "static" as const, root, settings: siteSettings(settings) };
      const answer = (with_: RouteSpec) =>
        changeRoutes(own.caddy, (routes) => [caddyRoute({ project, host }, with_, own.caddy), ...routes]);
      await answer(spec);
      const { caddy } = own;
      return {
        host,
        caddy,
        /** What deleting its project does. */
        close: () => answer({ kind: "gone", was: spec }),
        ask: (path: string, headers?: Record<string, string>) => visit(caddy, host, path, { headers }),
      };
    },
  };
}

const FILES = {
  "index.html": "<h1>home</h1>",
  "about.html": "about",
  "404.html": "lost",
  "errors/none.html": "nothing here",
  "app.js": "app",
  "app.js.gz": gzipSync("app, compressed beforehand"),
  "app.js.zst": Buffer.from("28b52ffd0420190000617070f31a5a99", "hex"),
  "assets/file": "x",
};
