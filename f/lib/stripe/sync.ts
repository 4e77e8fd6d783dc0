import type Stripe from "stripe";
import type { Sql } from "../postgres/connect.ts";
import { grantForInvoice } from "./credits.ts";
import type { BillingTables } from "./tables.ts";

type Subscription = Stripe.Subscription;

/** An id, whether Stripe sent it alone or with its object. */
export const idOf = (value: string | { id: string } | null | undefined): string | null =>
  typeof value === "string" ? value : (value?.id ?? null);

/**
 * Writes a subscription as Stripe has it now; `latest_invoice` must be expanded, since the time of a missed payment is
 * that of the invoice. To be called with the customer's row locked, on an object that was read after that.
 */
export async function writeSubscription(sql: Sql, tables: BillingTables, subscription: Subscription): Promise<void> {
  const items = subscription.items.data;
  // What was used is a second item beside what the plan costs.
  const item = items.find(({ price }) => price.recurring?.usage_type !== "metered") ?? items[0];
  if (!item) return;
  await sql.query(
    `insert into ${tables.subscription} as s (id, customer, status, price, quantity, current_period_start,
       current_period_end, cancel_at, canceled_at, ended_at, trial_end, past_due_since, created_at)
     values ($1, $2, $3, $4, $5, ${times(6, 13)})
     on conflict (id) do update set status = excluded.status, price = excluded.price, quantity = excluded.quantity,
       current_period_start = excluded.current_period_start, current_period_end = excluded.current_period_end,
       cancel_at = excluded.cancel_at, canceled_at = excluded.canceled_at, ended_at = excluded.ended_at,
       trial_end = excluded.trial_end, past_due_since = excluded.past_due_since, synced_at = now()`,
    [
      subscription.id,
      idOf(subscription.customer),
      subscription.status,
      item.price.id,
      item.quantity ?? 1,
      item.current_period_start,
      item.current_period_end,
      subscription.cancel_at,
      subscription.canceled_at,
      subscription.ended_at,
      subscription.trial_end,
      pastDueSince(subscription),
      subscription.created,
    ],
  );
}

/** Writes an invoice as Stripe has it now, and grants once what a paid one brings. Lock as for a subscription. */
export async function writeInvoice(sql: Sql, tables: BillingTables, invoice: Stripe.Invoice): Promise<void> {
  await sql.query(
    `insert into ${tables.invoice} (id, customer, subscription, number, status, reason, currency, amount_due, amount_paid,
       total, hosted_url, period_start, period_end, created_at, paid_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, ${times(12, 15)})
     on conflict (id) do update set number = excluded.number, status = excluded.status, amount_due = excluded.amount_due,
       amount_paid = excluded.amount_paid, total = excluded.total, hosted_url = excluded.hosted_url,
       paid_at = excluded.paid_at, synced_at = now()`,
    [
      invoice.id,
      idOf(invoice.customer),
      idOf(invoice.parent?.subscription_details?.subscription),
      invoice.number,
      invoice.status ?? "draft",
      invoice.billing_reason,
      invoice.currency,
      invoice.amount_due,
      invoice.amount_paid,
      invoice.total,
      invoice.hosted_invoice_url ?? null,
      invoice.period_start,
      invoice.period_end,
      invoice.created,
      invoice.status_transitions.paid_at,
    ],
  );
  if (invoice.status === "paid") await grantForInvoice(sql, tables, invoice);
}

/** Parameters from one number to another, each a Unix time in seconds. */
const times = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `to_timestamp($${from + index}::float8)`).join(", ");

/** Since when a payment is missing: since its invoice was made final. The same whenever and however often it is asked. */
function pastDueSince({ status, latest_invoice }: Subscription): number | null {
  if (status !== "past_due" && status !== "unpaid") return null;
  if (typeof latest_invoice !== "object" || latest_invoice === null) return null;
  return latest_invoice.status_transitions.finalized_at ?? latest_invoice.created;
}
