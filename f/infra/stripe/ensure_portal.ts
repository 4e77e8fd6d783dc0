import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Caddy, type Postgresql, resource, type Stripe } from "../../lib/resources.ts";
import { stripeClient } from "../../lib/stripe/client.ts";
import { type EnsuredPortal, ensurePortal } from "../../lib/stripe/ensure_portal.ts";
import { siteUrl } from "../../lib/stripe/paths.ts";

/**
 * Sets up Stripe's hosted billing portal for a project: invoices, payment method, cancellation for the end of the period,
 * and the change between plans that are sold now. Run it after ensure_catalog, and again after each change of the plans.
 * @param project Name of the project, for example "shop".
 * @param returnUrl Where the portal leads back to; the project's site unless said otherwise.
 * @param db The server's Postgres.
 * @param stripe The Stripe account that takes the money.
 * @param caddy The edge proxy, which knows the project's address.
 */
export async function main(
  project: string,
  returnUrl?: string,
  db: Postgresql = "$res:f/infra/postgres",
  stripe: Stripe = "$res:f/infra/stripe",
  caddy: Caddy = "$res:f/infra/caddy",
): Promise<EnsuredPortal> {
  const client = await stripeClient(await resource(stripe));
  const target = returnUrl || `${siteUrl(project, await resource(caddy))}/`;
  return withPostgres(await resource(db), (sql) =>
    ensurePortal({ sql, stripe: client }, { project, returnUrl: target }),
  );
}
