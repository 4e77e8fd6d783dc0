import type Stripe from "stripe";
import { asking, type StripeClient } from "../client.ts";
import { productId, type Wanted } from "./wanted.ts";

export type Found = {
  products: Map<string, Stripe.Product>;
  /** By event name. */
  meters: Map<string, Stripe.Billing.Meter>;
  /** All prices of the project's products, sold or not. */
  prices: Stripe.Price[];
};

const MOST_IDS = 100;

/** What Stripe holds of a project's plans, those that are no longer wanted among them. */
export async function findCatalog(
  stripe: StripeClient,
  project: string,
  { products, meters }: Wanted,
  formerPlans: string[],
): Promise<Found> {
  const ids = [...new Set([...products.map(({ id }) => id), ...formerPlans.map((plan) => productId(project, plan))])];
  const [known, allMeters] = await asking("read the catalogue", () =>
    Promise.all([
      ids.length ? collect(stripe.products.list({ ids, limit: MOST_IDS })) : [],
      meters.length ? collect(stripe.billing.meters.list({ status: "active", limit: MOST_IDS })) : [],
    ]),
  );
  const prices = await asking("read prices", () =>
    Promise.all(known.map(({ id }) => collect(stripe.prices.list({ product: id, limit: MOST_IDS })))),
  );
  return {
    products: new Map(known.map((one) => [one.id, one])),
    meters: new Map(allMeters.map((one) => [one.event_name, one])),
    prices: prices.flat(),
  };
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of pages) found.push(one);
  return found;
}
