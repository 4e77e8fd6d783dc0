import type Stripe from "stripe";
import { invalid, missing } from "../http/problem.ts";
import { newItem, periodOf, pricesOf } from "../objects/subscription.ts";
import type { World } from "../world.ts";
import { nextPeriodEnd } from "./calendar.ts";
import type { Line } from "./invoice.ts";
import { periodLine, prorations } from "./lines.ts";

export type ItemChange = { id?: string; price?: string; quantity?: number; deleted?: boolean };

export type ChangedItems = {
  items: Stripe.SubscriptionItem[];
  /** What the rest of the running period gives back and costs. */
  prorated: Line[];
  /** Another interval begins a new period at once: what that costs. */
  renewed?: { lines: Line[]; period: { start: number; end: number } };
};

/** What a subscription's items become, and what that costs at a moment; nothing is stored. */
export function changeItems(
  world: World,
  subscription: Stripe.Subscription,
  changes: ItemChange[],
  at: number,
): ChangedItems {
  const before = subscription.items.data;
  const period = periodOf(subscription);
  const byId = new Map(before.map((item) => [item.id, item]));
  const changed = new Map<string, Stripe.SubscriptionItem>();
  const added: Stripe.SubscriptionItem[] = [];
  for (const { id, price, quantity, deleted } of changes) {
    const item = id ? byId.get(id) : undefined;
    if (id && !item) throw missing("subscription item", id, "items");
    if (item && deleted) {
      byId.delete(item.id);
      continue;
    }
    const wanted = price ? pricesOf(world, [{ price }])[0]! : item?.price;
    if (!wanted) throw invalid("An item needs a price or the id of an existing item.", "items");
    const made = newItem(world, subscription.id, wanted, quantity ?? item?.quantity, period, at);
    if (item) changed.set(item.id, { ...made, id: item.id, created: item.created, metadata: item.metadata });
    else added.push(made);
  }
  const kept = [...byId.values()].map((item) => changed.get(item.id) ?? item);
  const items = [...kept, ...added];
  if (items.length === 0) throw invalid("A subscription must have at least one item.", "items");
  pricesOf(
    world,
    items.map(({ price }) => ({ price: price.id })),
  );
  const recurring = items[0]!.price.recurring!;
  const past = before[0]!.price.recurring!;
  const resets = recurring.interval !== past.interval || recurring.interval_count !== past.interval_count;
  if (resets) {
    const next = { start: at, end: nextPeriodEnd(at, recurring, at) };
    const moved = items.map((item) => ({ ...item, current_period_start: next.start, current_period_end: next.end }));
    const credits = before.flatMap((item) => prorations(world, item, item, at).slice(0, 1));
    const lines = moved.flatMap((item) =>
      periodLine(world, item, next, { start: period.start, end: at }, subscription.customer as string),
    );
    return {
      items: moved,
      prorated: subscription.status === "trialing" ? [] : credits,
      renewed: { lines, period: next },
    };
  }
  const differing = before.filter((item) => changed.has(item.id) && costs(changed.get(item.id)!) !== costs(item));
  const gone = before.filter((item) => !byId.has(item.id));
  const prorated = [
    ...differing.flatMap((item) => prorations(world, item, changed.get(item.id)!, at)),
    ...gone.flatMap((item) => prorations(world, item, item, at).slice(0, 1)),
    ...added.flatMap((item) => prorations(world, item, item, at).slice(1)),
  ];
  return { items, prorated: subscription.status === "trialing" ? [] : prorated };
}

const costs = ({ price, quantity }: Stripe.SubscriptionItem): string => `${price.id} ${quantity ?? ""}`;
