import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEdge } from "../../../../f/lib/caddy/admin.ts";
import { ensureRoute } from "../../../../f/lib/caddy/ensure.ts";
import { withHost } from "../../../../f/lib/host/host.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { deploySite } from "../../../../f/lib/sites/deploy.ts";
import { archiveOf } from "../../../support/archives.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { startCaddy, type Visit, visit } from "../../../support/edge.ts";
import { testHosts } from "../../../support/hosts.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
let own: Awaited<ReturnType<typeof startCaddy>>;
beforeAll(async () => {
  own = await startCaddy();
});
afterAll(() => own.remove());

/** A page that names its own assets, as a build with hashed names makes it. */
const build = (version: string): Record<string, string> => ({
  "index.html": `<script src="/assets/app.${version}.js"></script>`,
  [`assets/app.${version}.js`]: `import "/assets/part.${version}.js"; // ${version}`,
  [`assets/part.${version}.js`]: `// ${version}`,
  "shared.css": `/* ${version} */`,
});

describe.each(testHosts())("a live site on a host over $transport", ({ value }) => {
  const deploy = (project: string, files: Record<string, string>) =>
    withPostgres(db, (sql) =>
      withHost(value, (host) => deploySite({ sql, host, caddy: own.caddy, project, archive: archiveOf(files) })),
    );
  async function route(project: string): Promise<string> {
    const { host } = await withPostgres(db, (sql) =>
      ensureRoute({
        sql,
        caddy: own.caddy,
        workspace: memoryWorkspace(),
        project,
        kind: "static",
        siteRoot: value.root,
      }),
    );
    return host;
  }

  it("is shown as soon as it is deployed, and the proxy is not touched", async () => {
    const project = uniqueProject();
    const host = await route(project);
    expect(await visit(own.caddy, host)).toMatchObject({
      status: 404,
      body: expect.stringContaining("Page not found"),
    });
    const before = await readEdge(own.caddy);
    for (const version of ["one", "two"]) {
      await deploy(project, build(version));
      expect((await visit(own.caddy, host)).body).toBe(build(version)["index.html"]);
    }
    expect(await readEdge(own.caddy)).toEqual(before);
  });

  it("has no broken load while it is deployed again and again", async () => {
    const project = uniqueProject();
    const host = await route(project);
    await deploy(project, build("v0"));
    let deploying = true;
    const loads = [0, 0, 0];
    const failures: Visit[] = [];
    const seen = new Set<string>();
    const load = async (path: string): Promise<string> => {
      const answer = await visit(own.caddy, host, path);
      if (answer.status !== 200) failures.push(answer);
      return answer.body;
    };
    const read = async (_: number, reader: number) => {
      while (deploying) {
        const script = /src="([^"]+)"/.exec(await load("/"))?.[1] ?? "";
        const part = /import "([^"]+)"/.exec(await load(script))?.[1] ?? "";
        seen.add(await load(part));
        expect(await load("/shared.css")).toMatch(/^\/\* v\d+ \*\/$/);
        loads[reader] = (loads[reader] ?? 0) + 1;
      }
    };
    const readers = loads.map(read);
    for (let n = 1; n <= 6; n++) {
      await deploy(project, build(`v${n}`));
      // A reader that is two releases behind would rightly miss its assets, so each gets to see this one.
      const before = [...loads];
      const slowest = () => Math.min(...loads.map((count, reader) => count - (before[reader] ?? 0)));
      await expect.poll(slowest, { timeout: 20_000 }).toBeGreaterThanOrEqual(1);
    }
    deploying = false;
    await Promise.all(readers);
    expect(failures).toEqual([]);
    expect(seen.size).toBeGreaterThan(3);
    expect((await visit(own.caddy, host)).body).toContain("v6");
  });

  it("lets a browser keep exactly what a new release did not change", async () => {
    const project = uniqueProject();
    const host = await route(project);
    await deploy(project, { "index.html": "one", "same.css": "body{}" });
    const [page, style] = [await visit(own.caddy, host), await visit(own.caddy, host, "/same.css")];
    // The same length within the same second, which is all that Caddy itself would look at.
    await deploy(project, { "index.html": "two", "same.css": "body{}" });
    const again = (path: string, { headers }: Visit) =>
      visit(own.caddy, host, path, { headers: { "if-none-match": String(headers.etag) } });
    expect(await again("/", page)).toMatchObject({ status: 200, body: "two" });
    expect(await again("/same.css", style)).toMatchObject({ status: 304 });
  });
});
