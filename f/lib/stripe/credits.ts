import type Stripe from "stripe";
import { ConflictError, InvalidInputError } from "../errors.ts";
import { describe, schemaOf } from "../names.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { type BillingTables, billingTables } from "./tables.ts";

/** The reasons of an invoice that begin a period, and so bring the plan's credits; a change of plan in between does not. */
const BEGINS_PERIOD = new Set(["subscription_create", "subscription_cycle"]);

/** Grants the credits of a paid period, once: the invoice's id is the grant's. */
export async function grantForInvoice(sql: Sql, tables: BillingTables, invoice: Stripe.Invoice): Promise<void> {
  if (!BEGINS_PERIOD.has(invoice.billing_reason ?? "")) return;
  const prices = invoice.lines.data
    .filter((line) => !line.parent?.subscription_item_details?.proration)
    .map((line) => line.pricing?.price_details?.price)
    .map((price) => (typeof price === "string" ? price : price?.id));
  await sql.query(
    `insert into ${tables.credit} (id, organization_id, amount, reason)
     select 'invoice:' || $1::text, customer.organization_id, sum(plan.credits), 'paid period'
       from ${tables.customer} customer, ${tables.price} price join ${tables.plan} plan on plan.key = price.plan
      where customer.id = $2 and price.id = any($3) group by customer.organization_id having sum(plan.credits) > 0
     on conflict (id) do nothing`,
    [invoice.id, invoice.customer, prices],
  );
}

/** How many credits an organization has left. */
export async function creditsOf(sql: Sql, project: string, organization: string): Promise<number> {
  const { credit } = billingTables(schemaOf(project));
  const { rows } = await sql.query<{ left: string }>(
    `select coalesce(sum(amount), 0) as left from ${credit} where organization_id = $1`,
    [organization],
  );
  return Number(rows[0]!.left);
}

/**
 * Takes credits off an organization, once per `id`: a call that is repeated takes nothing more. Two callers at once never
 * spend the same credit. Throws Conflict when there are not enough.
 */
export async function spendCredits(
  sql: Sql,
  project: string,
  { organization, id, amount, reason }: { organization: string; id: string; amount: number; reason: string },
): Promise<{ left: number }> {
  if (!Number.isSafeInteger(amount) || amount < 1) {
    throw new InvalidInputError(`amount must be a whole number of 1 or more; got ${describe(amount)}`, {
      hint: "Pass how many credits the work costs.",
      details: { argument: "amount" },
    });
  }
  const { credit, organization: organizations } = billingTables(schemaOf(project));
  return transaction(sql, async () => {
    await sql.query(`select 1 from ${organizations} where id = $1 for no key update`, [organization]);
    const { rowCount: known } = await sql.query(`select 1 from ${credit} where id = $1`, [`spent:${id}`]);
    const left = await creditsOf(sql, project, organization);
    if (known) return { left };
    if (left < amount) {
      throw new ConflictError(`This costs ${amount} credits and ${left} are left`, {
        hint: "Wait for the next period, or change to a plan with more credits.",
        details: { left, amount },
      });
    }
    await sql.query(`insert into ${credit} (id, organization_id, amount, reason) values ($1, $2, $3, $4)`, [
      `spent:${id}`,
      organization,
      -amount,
      reason,
    ]);
    return { left: left - amount };
  });
}
