import type Stripe from "stripe";
import { declined } from "../http/problem.ts";
import { periodOf } from "../objects/subscription.ts";
import { change, type World } from "../world.ts";
import { changeItems, type ItemChange } from "./change_items.ts";
import { memoOf } from "./lifecycle.ts";
import { bill, settle } from "./start.ts";

export type Update = {
  items?: ItemChange[];
  proration_behavior?: "create_prorations" | "always_invoice" | "none";
  proration_date?: number;
  payment_behavior?: "allow_incomplete" | "error_if_incomplete";
};

/** Changes what a subscription consists of: bills at once, with the next invoice, or not at all. */
export function updateItems(world: World, subscription: Stripe.Subscription, update: Update): Stripe.Subscription {
  if (!update.items) return subscription;
  const now = world.now(subscription.customer as string);
  const at = update.proration_date ?? now;
  const { items, prorated, renewed } = changeItems(world, subscription, update.items, at);
  const behavior = update.proration_behavior ?? "create_prorations";
  const due = behavior === "none" ? [] : prorated;
  const changed = world.store.put({
    ...subscription,
    items: { ...subscription.items, data: items },
    ...(renewed && subscription.status !== "trialing" ? { billing_cycle_anchor: renewed.period.start } : {}),
  });
  if (subscription.status === "trialing") return keepTrial(world, changed, periodOf(subscription));
  if (!renewed && behavior !== "always_invoice") {
    const memo = memoOf(world, subscription.id);
    world.store.keepMemo(subscription.id, { ...memo, pending: [...(memo.pending ?? []), ...due] });
    return changed;
  }
  const lines = [...due, ...(renewed?.lines ?? [])];
  if (lines.length === 0) return changed;
  const billed = bill(world, changed, lines, "subscription_update");
  if (billed.invoice.status === "open" && update.payment_behavior === "error_if_incomplete") throw declined();
  return settle(world, billed.subscription, billed.invoice);
}

/** A trial keeps its end whatever it is a trial of. */
function keepTrial(world: World, subscription: Stripe.Subscription, { start, end }: { start: number; end: number }) {
  const data = subscription.items.data.map((item) => ({
    ...item,
    current_period_start: start,
    current_period_end: end,
  }));
  return change(world, subscription, { items: { ...subscription.items, data } });
}
