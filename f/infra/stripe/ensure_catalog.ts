import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type Stripe } from "../../lib/resources.ts";
import { type EnsuredCatalog, ensureCatalog } from "../../lib/stripe/catalog/ensure.ts";
import { stripeClient } from "../../lib/stripe/client.ts";

/**
 * Makes Stripe sell a project's plans, and the project know them. A price never changes: another amount becomes a new price
 * for new subscribers, and whoever pays the old one goes on paying it. Run it again with the same plans: `unchanged`.
 * @param project Name of the project, for example "shop". Its billing tables must exist (ensure_billing).
 * @param billing What is sold, as `billing` in run8n.json. Amounts in minor units (1900 is $19.00); a plan without prices
 * is free; `credits` come with each paid period; `usage` is billed afterwards.
 * @param dryRun Only tell what would change, and why.
 * @param db The server's Postgres.
 * @param stripe The Stripe account that takes the money.
 */
export async function main(
  project: string,
  billing: {
    currency: string;
    plans: {
      key: string;
      name: string;
      prices?: { interval: "month" | "year"; amount: number }[];
      features?: string[];
      credits?: number;
      trialDays?: number;
      usage?: { meter: string; unitAmount: number };
    }[];
  },
  dryRun = false,
  db: Postgresql = "$res:f/infra/postgres",
  stripe: Stripe = "$res:f/infra/stripe",
): Promise<EnsuredCatalog> {
  const client = await stripeClient(await resource(stripe));
  return withPostgres(await resource(db), (sql) =>
    ensureCatalog({ sql, stripe: client }, { project, billing, dryRun }),
  );
}
