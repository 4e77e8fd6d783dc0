import type { Health } from "../../lib/health/check.ts";
import { checkServices } from "../../lib/health/services.ts";
import type {
  Caddy,
  Gotrue,
  Nocodb,
  Openai,
  Postgresql,
  Qdrant,
  Redis,
  S3,
  SiteHost,
  Stripe,
} from "../../lib/resources.ts";

/**
 * Checks every service of the stack at once: whether it answers, its version and how long it took. Never fails because a
 * service does; `status` is then `down` and `detail` says why.
 * @param timeoutSeconds How long a service may take, 0.1 to 60 seconds.
 * @param db The server's Postgres.
 * @param redis The server's Redis.
 * @param caddy The edge proxy.
 * @param host The machine where sites live.
 * @param qdrant The vector store.
 * @param openai The service that embeds texts and answers questions.
 * @param gotrue The server that signs users in.
 * @param nocodb NocoDB.
 * @param storage The bucket for uploaded files.
 * @param stripe The account that takes the money.
 */
export async function main(
  timeoutSeconds = 5,
  db: Postgresql = "$res:f/infra/postgres",
  redis: Redis = "$res:f/infra/redis",
  caddy: Caddy = "$res:f/infra/caddy",
  host: SiteHost = "$res:f/infra/site_host",
  qdrant: Qdrant = "$res:f/infra/qdrant",
  openai: Openai = "$res:f/infra/openai",
  gotrue: Gotrue = "$res:f/infra/gotrue",
  nocodb: Nocodb = "$res:f/infra/nocodb",
  storage: S3 = "$res:f/infra/storage",
  stripe: Stripe = "$res:f/infra/stripe",
): Promise<Health> {
  return checkServices({ db, redis, caddy, host, qdrant, openai, gotrue, nocodb, storage, stripe }, timeoutSeconds);
}
