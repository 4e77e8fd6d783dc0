import type { Secrets } from "./home.ts";
import type { Ports } from "./ports.ts";
import type { Server } from "./process.ts";
import { caddyServer } from "./servers/caddy.ts";
import { nocodbServer } from "./servers/nocodb.ts";
import { postgresServer } from "./servers/postgres.ts";
import { redisServer } from "./servers/redis.ts";
import { windmillServer } from "./servers/windmill.ts";

/** What the stack has to know of one of its servers. */
type Entry = {
  kind: "real" | "stand-in";
  /** The ports it listens on; the first is the one a person is told of. */
  ports: [keyof Ports, ...(keyof Ports)[]];
  url: (ports: Ports) => string;
  server: (at: { dir: string; ports: Ports; secrets: Secrets }) => Server;
};

export const DATABASE = "run8n";

const at = (scheme: string, port: number, rest = "") => `${scheme}://127.0.0.1:${port}${rest}`;

/**
 * Every server of a local stack. A new one is an entry here, its ports in `ports.ts`, its secret in `home.ts` and its
 * connection in `../cli/local/connections.ts`.
 */
export const CATALOGUE = {
  windmill: {
    kind: "stand-in",
    ports: ["windmill"],
    url: (ports) => at("http", ports.windmill),
    server: ({ dir, ports, secrets }) => windmillServer({ dir, port: ports.windmill, token: secrets.token }),
  },
  caddy: {
    kind: "real",
    ports: ["sites", "admin"],
    url: (ports) => at("http", ports.admin),
    server: ({ dir, ports }) => caddyServer({ dir, port: ports.sites, adminPort: ports.admin }),
  },
  redis: {
    kind: "real",
    ports: ["redis"],
    url: (ports) => at("redis", ports.redis),
    server: ({ dir, ports, secrets }) => redisServer({ dir, port: ports.redis, password: secrets.redis }),
  },
  nocodb: {
    kind: "stand-in",
    ports: ["nocodb"],
    url: (ports) => at("http", ports.nocodb),
    server: ({ dir, ports, secrets }) =>
      nocodbServer({
        dir,
        port: ports.nocodb,
        password: secrets.nocodb,
        postgres: { port: ports.postgres, password: secrets.postgres },
      }),
  },
  // Last: its first start initialises, which keeps this process busy while the others come up.
  postgres: {
    kind: "real",
    ports: ["postgres"],
    url: (ports) => at("postgresql", ports.postgres, `/${DATABASE}`),
    server: ({ dir, ports, secrets }) => postgresServer({ dir, port: ports.postgres, password: secrets.postgres }),
  },
} satisfies Record<string, Entry>;

export type ServerName = keyof typeof CATALOGUE;
export const SERVERS = Object.keys(CATALOGUE) as ServerName[];
export const entryOf = (name: ServerName): Entry => CATALOGUE[name];
