import { ConflictError, NotFoundError } from "../errors.ts";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { asking, type StripeClient } from "./client.ts";
import { setting } from "./ensure_portal.ts";
import { billingTables } from "./tables.ts";

/**
 * Opens the hosted billing portal for an organization: where to send its member. Throws NotFound for one that never
 * bought, Conflict when the portal is not set up.
 */
export async function createPortalSession(
  { sql, stripe, project }: { sql: Sql; stripe: StripeClient; project: string },
  { organization, returnUrl }: { organization: string; returnUrl: string },
): Promise<{ url: string }> {
  const tables = billingTables(schemaOf(project));
  const { rows } = await sql.query<{ id: string }>(`select id from ${tables.customer} where organization_id = $1`, [
    organization,
  ]);
  if (!rows[0]) {
    throw new NotFoundError("The organization has bought nothing yet", { hint: "Begin a checkout first." });
  }
  const configuration = await setting(sql, tables, "portal");
  if (!configuration) {
    throw new ConflictError("The project's billing portal is not set up", {
      hint: "Ask the operator to run f/infra/stripe/ensure_portal.",
    });
  }
  const customer = rows[0].id;
  const { url } = await asking("open the portal", () =>
    stripe.billingPortal.sessions.create({ customer, configuration, return_url: returnUrl }),
  );
  return { url };
}
