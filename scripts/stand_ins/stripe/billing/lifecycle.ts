import type Stripe from "stripe";
import { NOT_SAID, periodOf, recurringOf } from "../objects/subscription.ts";
import { change, type World } from "../world.ts";
import { DAY, HOUR, nextPeriodEnd } from "./calendar.ts";
import type { Line } from "./invoice.ts";
import { periodLine } from "./lines.ts";
import { attemptPayment, methodOf } from "./pay.ts";
import { bill, settle } from "./start.ts";

type Subscription = Stripe.Subscription;
/** What will happen to a subscription by itself, and when. */
export type Due = { at: number; act: (world: World, subscription: Subscription) => void };
type Memo = { trialWarned?: boolean; pending?: Line[] };

const ENDED = new Set(["canceled", "incomplete_expired"]);
const TRIAL_WARNING = 3 * DAY;

export const memoOf = (world: World, id: string): Memo => world.store.memo<Memo>(id) ?? {};

/** The next thing that time alone will do to a subscription. */
export function nextDue(world: World, subscription: Subscription): Due | undefined {
  const { status, cancel_at, trial_end } = subscription;
  if (ENDED.has(status)) return undefined;
  if (status === "incomplete") return { at: subscription.created + 23 * HOUR, act: expire };
  const dues: Due[] = [];
  if (cancel_at) dues.push({ at: cancel_at, act: (w, s) => void cancel(w, s, "cancellation_requested") });
  if (status === "trialing" && trial_end && !memoOf(world, subscription.id).trialWarned) {
    dues.push({ at: Math.max(subscription.created, trial_end - TRIAL_WARNING), act: warnOfTrialEnd });
  }
  const invoice = latestInvoice(world, subscription);
  if (invoice?.status === "open" && invoice.next_payment_attempt) {
    dues.push({ at: invoice.next_payment_attempt, act: (w, s) => retry(w, s, invoice) });
  }
  if (status !== "paused") dues.push({ at: periodOf(subscription).end, act: renew });
  // At the same second an end comes before a further invoice: the list is in that order, and the sort keeps it.
  return dues.sort((a, b) => a.at - b.at)[0];
}

export function cancel(
  world: World,
  subscription: Subscription,
  reason: Stripe.Subscription.CancellationDetails.Reason,
): Subscription {
  const now = world.now(subscription.customer as string);
  const invoice = latestInvoice(world, subscription);
  if (invoice?.status === "open") change(world, invoice, { next_payment_attempt: null, auto_advance: false });
  const canceled = change(world, subscription, {
    status: "canceled",
    canceled_at: subscription.canceled_at ?? now,
    ended_at: now,
    cancel_at_period_end: false,
    cancellation_details: { ...NOT_SAID, ...subscription.cancellation_details, reason },
  });
  world.emit("customer.subscription.deleted", canceled);
  return canceled;
}

const latestInvoice = (world: World, { latest_invoice }: Subscription): Stripe.Invoice | undefined =>
  typeof latest_invoice === "string" ? world.store.find<Stripe.Invoice>(latest_invoice) : undefined;

function expire(world: World, subscription: Subscription): void {
  const now = world.now(subscription.customer as string);
  change(world, subscription, { status: "incomplete_expired", ended_at: now }, "customer.subscription.updated");
}

function warnOfTrialEnd(world: World, subscription: Subscription): void {
  world.store.keepMemo(subscription.id, { ...memoOf(world, subscription.id), trialWarned: true });
  world.emit("customer.subscription.trial_will_end", subscription);
}

function retry(world: World, subscription: Subscription, invoice: Stripe.Invoice): void {
  const after = attemptPayment(world, invoice, methodOf(world, subscription));
  if (after.status === "paid") settle(world, subscription, after);
  else if (!after.next_payment_attempt) cancel(world, subscription, "payment_failed");
}

/** A period is over: the next one begins with its invoice, or a trial without a card ends as it was told to. */
function renew(world: World, subscription: Subscription): void {
  const past = periodOf(subscription);
  const trialEnds = subscription.status === "trialing";
  if (trialEnds && !methodOf(world, subscription)) {
    const ending = subscription.trial_settings?.end_behavior.missing_payment_method;
    if (ending === "cancel") return void cancel(world, subscription, "payment_failed");
    if (ending === "pause") {
      const paused = change(world, subscription, { status: "paused" }, "customer.subscription.updated");
      world.emit("customer.subscription.paused", paused);
      return;
    }
  }
  const next = {
    start: past.end,
    end: nextPeriodEnd(subscription.billing_cycle_anchor, recurringOf(subscription), past.end),
  };
  const lines = subscription.items.data.flatMap((item) =>
    periodLine(world, item, next, trialEnds ? undefined : past, subscription.customer as string),
  );
  const { pending = [], ...memo } = memoOf(world, subscription.id);
  world.store.keepMemo(subscription.id, memo);
  const moved = withPeriod(subscription, next);
  const billed = bill(world, world.store.put(moved), [...pending, ...lines], "subscription_cycle");
  const paid = billed.invoice.status !== "open";
  change(
    world,
    { ...subscription, latest_invoice: subscription.latest_invoice },
    { ...billed.subscription, status: paid ? "active" : "past_due" },
    "customer.subscription.updated",
  );
}

export const withPeriod = (
  subscription: Subscription,
  { start, end }: { start: number; end: number },
): Subscription => ({
  ...subscription,
  items: {
    ...subscription.items,
    data: subscription.items.data.map((item) => ({ ...item, current_period_start: start, current_period_end: end })),
  },
});
