import { schemaOf } from "../../names.ts";
import type { Billing, Plan } from "./definition.ts";
import type { Interval } from "./intervals.ts";

export type WantedProduct = { id: string; plan: string; name: string };
export type WantedMeter = { name: string; eventName: string };
export type WantedPrice = {
  /** One active price at a time has it, whatever it costs. */
  lookupKey: string;
  plan: string;
  product: string;
  interval: Interval;
  currency: string;
  unitAmount: number;
  /** The meter's event name, for what is billed by use. */
  eventName?: string;
};
export type Wanted = { products: WantedProduct[]; meters: WantedMeter[]; prices: WantedPrice[] };

/** The product of a plan: Stripe lets us choose its id, so there is never a second one. */
export const productId = (project: string, plan: string): string => `run8n_${schemaOf(project)}_${plan}`;

export const eventNameOf = (project: string, meter: string): string => `${schemaOf(project)}_${meter}`;

/** What Stripe has to hold for a project's plans. */
export function wantedOf(project: string, { currency, plans }: Billing): Wanted {
  const sold = plans.filter(({ prices }) => prices.length > 0);
  const meters = new Set(sold.flatMap(({ usage }) => (usage ? [usage.meter] : [])));
  return {
    products: sold.map(({ key, name }) => ({ id: productId(project, key), plan: key, name })),
    meters: [...meters].map((name) => ({ name, eventName: eventNameOf(project, name) })),
    prices: sold.flatMap((plan) => pricesOf(project, currency, plan)),
  };
}

function pricesOf(project: string, currency: string, { key, prices, usage }: Plan): WantedPrice[] {
  const product = productId(project, key);
  return prices.flatMap(({ interval, amount }) => {
    const price = { plan: key, product, interval, currency };
    const lookupKey = `${project}:${key}:${interval}`;
    const fixed = { ...price, lookupKey, unitAmount: amount };
    if (!usage) return [fixed];
    const eventName = eventNameOf(project, usage.meter);
    return [fixed, { ...price, lookupKey: `${lookupKey}:usage`, unitAmount: usage.unitAmount, eventName }];
  });
}
