import type Stripe from "stripe";
import { usage } from "../objects/meters.ts";
import type { World } from "../world.ts";
import type { Line } from "./invoice.ts";

type Period = { start: number; end: number };

/** What an item costs for a period: in advance for what is licensed, afterwards for what was used in the period before. */
export function periodLine(
  world: World,
  item: Stripe.SubscriptionItem,
  next: Period,
  past: Period | undefined,
  customer: string,
): Line[] {
  const { price } = item;
  if (price.recurring?.usage_type !== "metered") return [line(world, item, item.quantity ?? 1, next)];
  if (!past) return [];
  return [line(world, item, usage(world, price.recurring.meter as string, customer, past.start, past.end), past)];
}

/** Going from one price or quantity to another within a period: the rest of the old one back, the rest of the new one due. */
export function prorations(
  world: World,
  before: Stripe.SubscriptionItem,
  after: Stripe.SubscriptionItem,
  at: number,
): Line[] {
  const { current_period_start: start, current_period_end: end } = before;
  const share = Math.max(0, Math.min(1, (end - at) / (end - start)));
  const part = (item: Stripe.SubscriptionItem, sign: 1 | -1): Line => ({
    amount: sign * Math.round((item.price.unit_amount ?? 0) * (item.quantity ?? 1) * share),
    description: `${sign < 0 ? "Unused" : "Remaining"} time on ${nameOf(world, item.price)}`,
    price: item.price,
    quantity: item.quantity ?? 1,
    item: item.id,
    proration: true,
    period: { start: at, end },
  });
  return [before, after].flatMap((item, index) =>
    item.price.recurring?.usage_type === "metered" ? [] : [part(item, index === 0 ? -1 : 1)],
  );
}

const line = (world: World, item: Stripe.SubscriptionItem, quantity: number, period: Period): Line => ({
  amount: (item.price.unit_amount ?? 0) * quantity,
  description: `${quantity} × ${nameOf(world, item.price)}`,
  price: item.price,
  quantity,
  item: item.id,
  proration: false,
  period,
});

const nameOf = (world: World, price: Stripe.Price): string =>
  world.store.get<Stripe.Product>(price.product as string).name;
