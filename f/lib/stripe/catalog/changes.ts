import type Stripe from "stripe";
import type { Found } from "./found.ts";
import type { Wanted, WantedMeter, WantedPrice, WantedProduct } from "./wanted.ts";

/** One difference between what is wanted and what Stripe holds, and why it matters to whoever pays. */
export type Change =
  | { action: "create_product"; product: WantedProduct; why: string }
  | { action: "update_product"; product: WantedProduct; why: string }
  | { action: "create_meter"; meter: WantedMeter; why: string }
  | { action: "create_price"; price: WantedPrice; why: string }
  | { action: "sell_price"; id: string; price: WantedPrice; why: string }
  | { action: "retire_price"; id: string; why: string }
  | { action: "retire_product"; id: string; why: string };

/** What has to happen, in the order in which it can. Nothing when Stripe is as it should be. */
export function changesOf(wanted: Wanted, found: Found): Change[] {
  const live = new Set<string>();
  const before: Change[] = [
    ...wanted.products.flatMap((one) => product(one, found)),
    ...wanted.meters.flatMap((one) => meter(one, found)),
  ];
  const prices = wanted.prices.flatMap((price): Change[] => {
    const [kept] = found.prices
      .filter((one) => one.product === price.product && costsTheSame(one, price, found))
      .sort(activeFirst);
    if (kept) live.add(kept.id);
    if (kept?.active && kept.lookup_key === price.lookupKey) return [];
    if (kept) return [{ action: "sell_price", id: kept.id, price, why: "it was sold before" }];
    const replaces = found.prices.some((one) => one.active && one.lookup_key === price.lookupKey);
    const why = replaces
      ? "a price never changes: new subscribers get this one, old ones keep theirs"
      : "it is not there yet";
    return [{ action: "create_price", price, why }];
  });
  const products = new Set(wanted.products.map(({ id }) => id));
  const retired = found.prices
    .filter(({ id, active }) => active && !live.has(id))
    .map(({ id }) => ({
      action: "retire_price" as const,
      id,
      why: "it is no longer sold; who pays it goes on paying it",
    }));
  const gone = [...found.products.values()]
    .filter(({ id, active }) => active && !products.has(id))
    .map(({ id }) => ({ action: "retire_product" as const, id, why: "the plan is no longer sold" }));
  return [...before, ...prices, ...retired, ...gone];
}

function product(wanted: WantedProduct, { products }: Found): Change[] {
  const known = products.get(wanted.id);
  if (!known) return [{ action: "create_product", product: wanted, why: "it is not there yet" }];
  if (known.name !== wanted.name) return [{ action: "update_product", product: wanted, why: "its name differs" }];
  if (!known.active) return [{ action: "update_product", product: wanted, why: "it is sold again" }];
  return [];
}

const meter = (wanted: WantedMeter, { meters }: Found): Change[] =>
  meters.has(wanted.eventName) ? [] : [{ action: "create_meter", meter: wanted, why: "it is not there yet" }];

const activeFirst = (a: Stripe.Price, b: Stripe.Price): number => Number(b.active) - Number(a.active);

const costsTheSame = (price: Stripe.Price, wanted: WantedPrice, { meters }: Found): boolean =>
  price.unit_amount === wanted.unitAmount &&
  price.currency === wanted.currency &&
  price.recurring?.interval === wanted.interval &&
  price.recurring.interval_count === 1 &&
  (price.recurring.meter ?? undefined) === (wanted.eventName ? meters.get(wanted.eventName)?.id : undefined);
