import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type Stripe } from "../../lib/resources.ts";
import { stripeClient } from "../../lib/stripe/client.ts";
import { type Reconciled, reconcileSubscriptions } from "../../lib/stripe/reconcile.ts";

/**
 * Compares Stripe with what a project has of its subscriptions, invoices, credits and usage, lists the differences and
 * mends ours. Runs every night for all projects with billing; `dryRun` only tells.
 * @param project Name of the project, for example "shop".
 * @param dryRun List the differences and change nothing.
 * @param db The server's Postgres.
 * @param stripe The Stripe account that takes the money.
 */
export async function main(
  project: string,
  dryRun = false,
  db: Postgresql = "$res:f/infra/postgres",
  stripe: Stripe = "$res:f/infra/stripe",
): Promise<Reconciled> {
  const client = stripeClient(await resource(stripe));
  return withPostgres(await resource(db), (sql) =>
    reconcileSubscriptions({ sql, stripe: client, project }, { dryRun }),
  );
}
