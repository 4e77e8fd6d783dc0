import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary } from "../scripts/stack/binaries.ts";
import { freePort, startServer } from "../scripts/stack/process.ts";
import { answers } from "../scripts/stack/servers/answers.ts";

/** What a person does with a Caddy that has no other tool: edit its Caddyfile, then `caddy reload`. */
export async function startCaddyfile() {
  const dir = mkdtempSync(join(tmpdir(), "run8n-caddyfile-"));
  const [port, adminPort] = [await freePort(), await freePort()];
  const file = join(dir, "Caddyfile");
  const address = `127.0.0.1:${adminPort}`;
  const global = `{\n\tadmin ${address}\n\tauto_https off\n}\n`;
  writeFileSync(file, global);
  const env = { XDG_DATA_HOME: join(dir, "data"), XDG_CONFIG_HOME: join(dir, "config"), HOME: dir };
  const caddy = binary("caddy");
  const running = await startServer(
    {
      name: "caddyfile",
      argv: [caddy, "run", "--config", file, "--adapter", "caddyfile"],
      env,
      ready: () => answers(adminPort, `GET /config/ HTTP/1.0\r\nHost: ${address}\r\n\r\n`, /^HTTP\/1\.\d 200/),
    },
    dir,
  );
  const reload = () =>
    new Promise<boolean>((done) => {
      const child = spawn(caddy, ["reload", "--config", file, "--adapter", "caddyfile", "--address", address], {
        env: { PATH: process.env.PATH, ...env },
        stdio: "ignore",
      });
      child.on("close", (code) => done(code === 0));
    });
  const site = (host: string, root: string) =>
    `http://${host}:${port} {\n\tbind 127.0.0.1\n\troot * ${root}\n\tencode zstd gzip\n\ttry_files {path} {path}.html\n\tfile_server\n}\n`;
  const app = (host: string, upstream: string) =>
    `http://${host}:${port} {\n\tbind 127.0.0.1\n\treverse_proxy ${upstream}\n}\n`;
  return {
    port,
    /** Adds a site and reloads; whether Caddy took it. */
    async addSite(host: string, root: string): Promise<boolean> {
      await writeFile(file, (await readFile(file, "utf8")) + site(host, root));
      return reload();
    },
    /** Starts with all of these at once. */
    async fill(sites: [host: string, root: string][], apps: [host: string, upstream: string][] = []) {
      const blocks = [...sites.map(([host, root]) => site(host, root)), ...apps.map(([host, to]) => app(host, to))];
      await writeFile(file, global + blocks.join(""));
      if (!(await reload())) throw new Error("caddy reload failed");
    },
    /** A release by hand: the site's root is another folder now. */
    async switchRoot(from: string, to: string): Promise<boolean> {
      await writeFile(file, (await readFile(file, "utf8")).replace(`root * ${from}\n`, `root * ${to}\n`));
      return reload();
    },
    /** Hosts that it answers for, with how often each is there. */
    async hosts(): Promise<string[]> {
      const config = await (await fetch(`http://${address}/config/`)).text();
      return [...config.matchAll(/"host":\["([^"]+)"\]/g)].map(([, host = ""]) => host);
    },
    async remove() {
      await running.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
