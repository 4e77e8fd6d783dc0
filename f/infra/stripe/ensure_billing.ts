import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { type EnsuredBilling, ensureBilling } from "../../lib/stripe/ensure_billing.ts";

/**
 * Brings a project's billing tables (plans, prices, customers, subscriptions, invoices, events, credits, usage) to their
 * newest form, in the project's own schema. Run it again at any time: steps that ran are not run again.
 * @param project Name of the project, for example "shop". It needs a schema and accounts (f/infra/auth/ensure_accounts).
 * @param db The server's Postgres.
 */
export async function main(project: string, db: Postgresql = "$res:f/infra/postgres"): Promise<EnsuredBilling> {
  return withPostgres(await resource(db), (sql) => ensureBilling(sql, project));
}
