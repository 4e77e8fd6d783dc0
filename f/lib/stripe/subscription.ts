import type Stripe from "stripe";
import { NotFoundError } from "../errors.ts";
import { schemaOf } from "../names.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { asking, type StripeClient } from "./client.ts";
import { idOf, writeInvoice, writeSubscription } from "./sync.ts";
import { billingTables } from "./tables.ts";

type Ports = { sql: Sql; stripe: StripeClient; project: string };

/** The running subscription of an organization as Stripe has it now. Throws NotFound when there is none. */
export async function runningSubscription(
  { sql, stripe, project }: Ports,
  organization: string,
): Promise<Stripe.Subscription> {
  const { subscription, customer } = billingTables(schemaOf(project));
  const { rows } = await sql.query<{ id: string }>(
    `select s.id from ${subscription} s join ${customer} c on c.id = s.customer
      where c.organization_id = $1 and s.status not in ('canceled', 'incomplete_expired') order by s.created_at desc limit 1`,
    [organization],
  );
  const id = rows[0]?.id;
  if (id) return asking("read a subscription", () => stripe.subscriptions.retrieve(id));
  throw new NotFoundError("The organization has no running subscription", { hint: "Begin a checkout first." });
}

/** Writes a subscription as it is after an act of ours, so that the caller sees it before its event has come. */
export async function rereadSubscription(
  { sql, stripe, project }: Ports,
  { id, customer }: Stripe.Subscription,
): Promise<void> {
  const tables = billingTables(schemaOf(project));
  await transaction(sql, async () => {
    await sql.query(`select 1 from ${tables.customer} where id = $1 for no key update`, [idOf(customer)]);
    const now = await asking("read a subscription", () =>
      stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] }),
    );
    await writeSubscription(sql, tables, now);
    if (typeof now.latest_invoice === "object" && now.latest_invoice)
      await writeInvoice(sql, tables, now.latest_invoice);
  });
}
