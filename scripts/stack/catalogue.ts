import type { Secrets } from "./home.ts";
import type { Ports } from "./ports.ts";
import type { Server } from "./process.ts";
import { caddyServer } from "./servers/caddy.ts";
import { gotrueServer } from "./servers/gotrue.ts";
import { maildevServer } from "./servers/maildev.ts";
import { nocodbServer } from "./servers/nocodb.ts";
import { postgresServer } from "./servers/postgres.ts";
import { redisServer } from "./servers/redis.ts";
import { standInServer } from "./servers/stand_in.ts";
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
/** Half of the key is no secret. */
export const S3_ACCESS_KEY = "run8n";
/** Projects are served at `<name>.<domain>`. */
export const DOMAIN = "apps.localhost";

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
  qdrant: {
    kind: "stand-in",
    ports: ["qdrant"],
    url: (ports) => at("http", ports.qdrant),
    server: ({ dir, ports, secrets }) =>
      standInServer({
        service: "qdrant",
        dir,
        port: ports.qdrant,
        healthPath: "/healthz",
        env: { RUN8N_QDRANT_KEY: secrets.qdrant },
      }),
  },
  openai: {
    kind: "stand-in",
    ports: ["openai"],
    url: (ports) => at("http", ports.openai, "/v1"),
    server: ({ dir, ports, secrets }) =>
      standInServer({
        service: "openai",
        dir,
        port: ports.openai,
        healthPath: "/healthz",
        env: { RUN8N_OPENAI_KEY: secrets.openai },
      }),
  },
  stripe: {
    kind: "stand-in",
    ports: ["stripe"],
    url: (ports) => at("http", ports.stripe),
    server: ({ dir, ports, secrets }) =>
      standInServer({
        service: "stripe",
        dir,
        port: ports.stripe,
        healthPath: "/_stand_in/health",
        env: { STRIPE_SECRET_KEY: secrets.stripe },
      }),
  },
  s3: {
    kind: "stand-in",
    ports: ["s3"],
    url: (ports) => at("http", ports.s3),
    server: ({ dir, ports, secrets }) =>
      standInServer({
        service: "s3",
        dir,
        port: ports.s3,
        healthPath: "/health",
        env: { RUN8N_S3_ACCESS_KEY: S3_ACCESS_KEY, RUN8N_S3_SECRET_KEY: secrets.s3 },
      }),
  },
  maildev: {
    kind: "real",
    ports: ["mails", "smtp"],
    url: (ports) => at("http", ports.mails),
    server: ({ dir, ports }) => maildevServer({ dir, smtpPort: ports.smtp, webPort: ports.mails }),
  },
  gotrue: {
    kind: "stand-in",
    ports: ["gotrue"],
    url: (ports) => at("http", ports.gotrue),
    server: ({ dir, ports, secrets }) =>
      gotrueServer({
        dir,
        port: ports.gotrue,
        jwtSecret: secrets.gotrue,
        smtpPort: ports.smtp,
        env: {
          GOTRUE_SITE_URL: `http://welcome.${DOMAIN}:${ports.sites}`,
          GOTRUE_URI_ALLOW_LIST: `http://*.${DOMAIN}:${ports.sites}/**`,
        },
      }),
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
