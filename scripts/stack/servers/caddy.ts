import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary } from "../binaries.ts";
import type { Server } from "../process.ts";
import { answers } from "./answers.ts";

type Config = { admin?: object; apps?: { http?: { servers?: Record<string, object> } } };

/**
 * A real Caddy on loopback, plain HTTP, with one server, `run8n`. It goes on with the configuration it last ran, so
 * routes added through the admin API survive a restart, but listens where it is told to now.
 */
export function caddyServer({ dir, port, adminPort }: { dir: string; port: number; adminPort: number }): Server {
  const config = join(dir, "caddy.json");
  return {
    name: "caddy",
    argv: [binary("caddy"), "run", "--config", config],
    prepare: () => writeConfig(dir, config, port, adminPort),
    env: { XDG_DATA_HOME: join(dir, "data"), XDG_CONFIG_HOME: join(dir, "config") },
    ready: () =>
      answers(adminPort, `GET /config/ HTTP/1.0\r\nHost: 127.0.0.1:${adminPort}\r\n\r\n`, /^HTTP\/1\.\d 200/),
  };
}

function writeConfig(dir: string, path: string, port: number, adminPort: number): void {
  mkdirSync(dir, { recursive: true });
  const last = lastConfig(join(dir, "config/caddy/autosave.json"));
  const server = last.apps?.http?.servers?.run8n;
  const servers = {
    ...last.apps?.http?.servers,
    run8n: { routes: [], ...server, listen: [`127.0.0.1:${port}`], automatic_https: { disable: true } },
  };
  const config = {
    ...last,
    admin: { ...last.admin, listen: `127.0.0.1:${adminPort}` },
    apps: { ...last.apps, http: { ...last.apps?.http, servers } },
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
}

/** What Caddy saved by itself; nothing when it never ran, or was killed while it wrote. */
function lastConfig(path: string): Config {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Config;
  } catch {
    return {};
  }
}
