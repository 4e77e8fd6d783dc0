import { readEdge } from "../caddy/admin.ts";
import { gotrueVersion } from "../gotrue/client.ts";
import { withHost } from "../host/host.ts";
import { openNocodb } from "../nocodb/client.ts";
import { openaiVersion } from "../openai/client.ts";
import { withPostgres } from "../postgres/connect.ts";
import { qdrantVersion } from "../qdrant/client.ts";
import { sendCommands } from "../redis/commands.ts";
import {
  type Caddy,
  type CaddyValue,
  type Gotrue,
  type Nocodb,
  type NocodbValue,
  type Openai,
  type Postgresql,
  type PostgresqlValue,
  type Qdrant,
  type Redis,
  type RedisValue,
  resource,
  type S3,
  type SiteHost,
  type Stripe,
} from "../resources.ts";
import { storageVersion } from "../storage/probe.ts";
import { stripeVersion } from "../stripe/probe.ts";
import { windmillVersion } from "../windmill/version.ts";
import { checkAll, type Health, probe } from "./check.ts";

/** The services of the stack. A resource that cannot be read makes its own service `down` and no other. */
export type Stack = {
  db: Postgresql;
  redis: Redis;
  caddy: Caddy;
  host: SiteHost;
  qdrant: Qdrant;
  openai: Openai;
  gotrue: Gotrue;
  nocodb: Nocodb;
  storage: S3;
  stripe: Stripe;
};

/** Checks every service of the stack; see checkAll. A new service is one line here. */
export const checkServices = (
  { db, redis, caddy, host, qdrant, openai, gotrue, nocodb, storage, stripe }: Stack,
  timeoutSeconds: number,
): Promise<Health> =>
  checkAll(
    {
      windmill: probe(async () => fetch, windmillVersion),
      postgres: probe(() => resource(db), postgresVersion),
      redis: probe(() => resource(redis), redisVersion),
      caddy: probe(() => resource(caddy), caddyVersion),
      site_host: probe(
        () => resource(host),
        (value) => withHost(value, (site) => site.version()),
      ),
      qdrant: probe(() => resource(qdrant), qdrantVersion),
      openai: probe(() => resource(openai), openaiVersion),
      gotrue: probe(() => resource(gotrue), gotrueVersion),
      nocodb: probe(() => resource(nocodb), nocodbVersion),
      storage: probe(() => resource(storage), storageVersion),
      stripe: probe(() => resource(stripe), stripeVersion),
    },
    timeoutSeconds,
  );

async function postgresVersion(db: PostgresqlValue): Promise<string | null> {
  const { rows } = await withPostgres(db, (sql) => sql.query<{ server_version: string }>("show server_version"));
  return rows[0]?.server_version.split(" ")[0] ?? null; // "15.18 (Debian 15.18-0+deb12u1)"
}

async function redisVersion(redis: RedisValue): Promise<string | null> {
  const [info] = await sendCommands(redis, [["INFO", "server"]]);
  return /^redis_version:(\S+)/m.exec(String(info))?.[1] ?? null;
}

/** Caddy's API does not tell its version; that it answers and runs our server is what counts. */
async function caddyVersion(caddy: CaddyValue): Promise<null> {
  await readEdge(caddy);
  return null;
}

async function nocodbVersion(value: NocodbValue): Promise<string | null> {
  const { version } = await openNocodb(value).get<{ version?: string }>("/api/v2/meta/nocodb/info");
  return version ?? null;
}
