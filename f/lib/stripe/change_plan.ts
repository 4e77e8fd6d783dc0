import type Stripe from "stripe";
import { ConflictError } from "../errors.ts";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import type { PlanChange } from "./change_plan_input.ts";
import { pricesOf } from "./checkout.ts";
import { asking, type StripeClient } from "./client.ts";
import { type Billing, readBilling } from "./read_billing.ts";
import { rereadSubscription, runningSubscription } from "./subscription.ts";
import { idOf } from "./sync.ts";
import { billingTables } from "./tables.ts";

export type Quote = {
  /** What is charged at once, in minor units; a negative difference becomes credit for later invoices. */
  amountDue: number;
  total: number;
  currency: string;
  lines: { description: string; amount: number }[];
  /** The second that the quote is for. Send it, and `amountDue`, back to accept. */
  prorationDate: number;
};

type Ports = { sql: Sql; stripe: StripeClient; project: string };

const QUOTE_SECONDS = 900;

/**
 * Changes what an organization subscribes to, in two steps: without `accept` it tells what the change costs, with it the
 * change is made at exactly that price. Accepting what has been done already changes nothing and charges nothing.
 * Throws NotFound without a running subscription or for a plan that is not sold, Conflict when the quote no longer holds,
 * the subscription has no payment to build on, or the card is declined; then nothing has changed.
 */
export async function changePlan(
  ports: Ports,
  change: PlanChange,
  now = Date.now(),
): Promise<{ quote: Quote } | { billing: Billing }> {
  const { sql, stripe, project } = ports;
  const subscription = await runningSubscription(ports, change.organization);
  refuseUnpaid(subscription);
  const prices = await pricesOf(sql, billingTables(schemaOf(project)), change);
  const items = itemsFor(subscription, prices);
  if (items.length === 0) {
    if (change.accept) return { billing: await readBilling(sql, project, change.organization) };
    throw new ConflictError("The organization has this plan already", { hint: "Choose another plan or interval." });
  }
  const second = await secondOf(stripe, subscription, now);
  const prorationDate = change.accept?.prorationDate ?? second;
  const details = { items, proration_behavior: "always_invoice" as const, proration_date: prorationDate };
  const preview = await asking("preview a change of plan", () =>
    stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: details }),
  );
  if (!change.accept) return { quote: quoteOf(preview, prorationDate) };
  if (preview.amount_due !== change.accept.amountDue || Math.abs(second - prorationDate) > QUOTE_SECONDS) {
    throw new ConflictError("What was accepted is not what the change costs now", {
      hint: "Ask for a new quote: send the same plan without accept.",
    });
  }
  await asking("change a subscription", () =>
    stripe.subscriptions.update(
      subscription.id,
      { ...details, payment_behavior: "error_if_incomplete" },
      { idempotencyKey: `change:${subscription.id}:${prorationDate}:${prices[0].id}` },
    ),
  );
  await rereadSubscription(ports, subscription);
  return { billing: await readBilling(sql, project, change.organization) };
}

/** Unix seconds where the subscription is: in Stripe's test mode it may live on a clock of its own. */
async function secondOf(stripe: StripeClient, { test_clock }: Stripe.Subscription, now: number): Promise<number> {
  const clock = idOf(test_clock);
  if (!clock) return Math.floor(now / 1000);
  return (await asking("read a test clock", () => stripe.testHelpers.testClocks.retrieve(clock))).frozen_time;
}

/** What to send so that the items are the wanted prices; nothing when they are. */
function itemsFor({ items }: Stripe.Subscription, prices: { id: string }[]) {
  const has = items.data.map(({ price }) => price.id);
  if (has.length === prices.length && prices.every(({ id }) => has.includes(id))) return [];
  const kept = items.data.slice(0, prices.length).map(({ id }, index) => ({ id, price: prices[index]!.id }));
  const gone = items.data.slice(prices.length).map(({ id }) => ({ id, deleted: true }));
  const added = prices.slice(items.data.length).map(({ id }) => ({ price: id }));
  return [...kept, ...gone, ...added];
}

function refuseUnpaid({ status, cancel_at_period_end }: Stripe.Subscription): void {
  if (status !== "active" && status !== "trialing") {
    throw new ConflictError("The subscription has a payment outstanding", {
      hint: "Pay first: open the billing portal.",
    });
  }
  if (cancel_at_period_end) {
    throw new ConflictError("The subscription is going to end", {
      hint: 'Take the end back first: cancel with ending "never".',
    });
  }
}

function quoteOf({ amount_due, total, currency, lines }: Stripe.Invoice, prorationDate: number): Quote {
  const shown = lines.data.map(({ description, amount }) => ({ description: description ?? "", amount }));
  return { amountDue: amount_due, total, currency, lines: shown, prorationDate };
}
