import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type Stripe } from "../../lib/resources.ts";
import { stripeClient } from "../../lib/stripe/client.ts";
import { type Replayed, replayEvents } from "../../lib/stripe/replay.ts";

/**
 * Takes in every event that Stripe has of the last hours and that did not arrive, oldest first; those that arrived stay as
 * they are. Run it after an outage, or when `list_events` misses something.
 * @param project Name of the project, for example "shop".
 * @param hours How far to look back, at most 720: Stripe keeps events for 30 days.
 * @param db The server's Postgres.
 * @param stripe The Stripe account that takes the money.
 */
export async function main(
  project: string,
  hours = 24,
  db: Postgresql = "$res:f/infra/postgres",
  stripe: Stripe = "$res:f/infra/stripe",
): Promise<Replayed> {
  const client = stripeClient(await resource(stripe));
  return withPostgres(await resource(db), (sql) => replayEvents({ sql, stripe: client, project }, { hours }));
}
