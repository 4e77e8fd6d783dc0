import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exchange } from "../../f/lib/caddy/wire.ts";
import { binary } from "../../scripts/stack/binaries.ts";
import { freePort, type Server } from "../../scripts/stack/process.ts";

/** A Caddy with its admin API on the socket `<dir>/admin.sock`. */
export async function unixCaddy(dir: string, origins: string[] | undefined): Promise<Server> {
  const path = join(dir, "admin.sock");
  const server = { listen: [`127.0.0.1:${await freePort()}`], automatic_https: { disable: true }, routes: [] };
  const config = { admin: { listen: `unix/${path}`, origins }, apps: { http: { servers: { run8n: server } } } };
  writeFileSync(join(dir, "caddy.json"), JSON.stringify(config));
  return {
    name: "caddy",
    argv: [binary("caddy"), "run", "--config", join(dir, "caddy.json")],
    env: { XDG_DATA_HOME: join(dir, "data"), XDG_CONFIG_HOME: join(dir, "config") },
    ready: async () =>
      (await exchange({ path }, { method: "GET", path: "/config/", headers: { host: "" } })).status > 0,
  };
}
