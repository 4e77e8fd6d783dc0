import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type Stripe } from "../../lib/resources.ts";
import { stripeClient } from "../../lib/stripe/client.ts";
import { type Reconciled, reconcileSubscriptions } from "../../lib/stripe/reconcile.ts";
import { forEachSeller, type PerProject } from "../../lib/stripe/sellers.ts";

/**
 * Compares Stripe with what a project has of its subscriptions, invoices, credits and usage, lists the differences and
 * mends ours. A schedule runs it every night.
 * @param project Name of the project, for example "shop"; left out, every project that sells.
 * @param dryRun List the differences and change nothing.
 * @param db The server's Postgres.
 * @param stripe The Stripe account that takes the money.
 */
export async function main(
  project?: string,
  dryRun = false,
  db: Postgresql = "$res:f/infra/postgres",
  stripe: Stripe = "$res:f/infra/stripe",
): Promise<PerProject<Reconciled>> {
  return withPostgres(await resource(db), (sql) =>
    // The account is read only when somebody sells: a server without one has the schedule too.
    forEachSeller(sql, project, async (one) =>
      reconcileSubscriptions({ sql, stripe: await stripeClient(await resource(stripe)), project: one }, { dryRun }),
    ),
  );
}
