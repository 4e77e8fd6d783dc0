import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type Stripe } from "../../lib/resources.ts";
import { stripeClient } from "../../lib/stripe/client.ts";
import { type Replayed, replayEvents } from "../../lib/stripe/replay.ts";
import { forEachSeller, type PerProject } from "../../lib/stripe/sellers.ts";

/**
 * Takes in every event that Stripe has of the last hours and that did not arrive, oldest first; those that arrived stay as
 * they are. A schedule runs it for the last hour; run it yourself after a longer outage.
 * @param project Name of the project, for example "shop"; left out, every project that sells.
 * @param hours How far to look back, at most 720: Stripe keeps events for 30 days.
 * @param db The server's Postgres.
 * @param stripe The Stripe account that takes the money.
 */
export async function main(
  project?: string,
  hours = 24,
  db: Postgresql = "$res:f/infra/postgres",
  stripe: Stripe = "$res:f/infra/stripe",
): Promise<PerProject<Replayed>> {
  return withPostgres(await resource(db), (sql) =>
    // The account is read only when somebody sells: a server without one has the schedule too.
    forEachSeller(sql, project, async (one) =>
      replayEvents({ sql, stripe: await stripeClient(await resource(stripe)), project: one }, { hours }),
    ),
  );
}
