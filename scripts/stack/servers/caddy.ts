import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary } from "../binaries.ts";
import type { Server } from "../process.ts";
import { answers } from "./answers.ts";

/**
 * A real Caddy on loopback, plain HTTP. It starts from a configuration with one empty server, `run8n`, or from what it
 * last ran (`--resume`), so routes added through the admin API survive a restart.
 */
export function caddyServer({ dir, port, adminPort }: { dir: string; port: number; adminPort: number }): Server {
  mkdirSync(dir, { recursive: true });
  const config = join(dir, "caddy.json");
  writeFileSync(
    config,
    JSON.stringify({
      admin: { listen: `127.0.0.1:${adminPort}` },
      apps: {
        http: { servers: { run8n: { listen: [`127.0.0.1:${port}`], automatic_https: { disable: true }, routes: [] } } },
      },
    }),
  );
  return {
    name: "caddy",
    argv: [binary("caddy"), "run", "--resume", "--config", config],
    env: { XDG_DATA_HOME: join(dir, "data"), XDG_CONFIG_HOME: join(dir, "config") },
    ready: () => answers(adminPort, `GET /config/ HTTP/1.0\r\nHost: 127.0.0.1:${adminPort}\r\n\r\n`, /^HTTP\/1\.\d 200/),
  };
}
