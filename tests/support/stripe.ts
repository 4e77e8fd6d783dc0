import Stripe from "stripe";
import { afterAll, beforeAll, expect } from "vitest";
import { startStandIn } from "./stand_in.ts";

export const STRIPE_KEY = "sk_test_stand_in";

type StandIn = Awaited<ReturnType<typeof startStandIn>>;
export type Tally = { pending: number; delivered: number; failed: number; dropped: number };

/** A client of the official package against a stand-in. */
export function stripeAt(url: string, key = STRIPE_KEY): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, { host: hostname, port, protocol: "http", maxNetworkRetries: 0, telemetry: false });
}

export const startStripe = (): Promise<StandIn> =>
  startStandIn({ service: "stripe", healthPath: "/_stand_in/health", env: { STRIPE_SECRET_KEY: STRIPE_KEY } });

/** A Stripe stand-in of the test file's own. */
export function testStripe() {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStripe();
  });
  afterAll(() => standIn?.remove());
  return {
    standIn: () => standIn,
    url: () => standIn.url,
    client: () => stripeAt(standIn.url),
    /** What the resource of type `stripe` says of it. */
    connection: () => ({ token: STRIPE_KEY, baseUrl: standIn.url }),
    weather: (weather: Record<string, unknown>) =>
      fetch(`${standIn.url}/_stand_in/weather`, { method: "POST", body: JSON.stringify(weather) }),
    tally: async (): Promise<Tally> => (await fetch(`${standIn.url}/_stand_in/deliveries`)).json() as Promise<Tally>,
  };
}

/** A product with a monthly price, and a customer on a test clock whose card works unless another is named. */
export async function subscribable(stripe: Stripe, options: { unitAmount?: number; card?: string | null } = {}) {
  const { unitAmount = 1900, card = "pm_card_visa" } = options;
  const start = Date.UTC(2030, 0, 31) / 1000;
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start });
  const product = await stripe.products.create({ name: "Pro" });
  const price = await stripe.prices.create({
    product: product.id,
    currency: "usd",
    unit_amount: unitAmount,
    recurring: { interval: "month" },
  });
  const customer = await stripe.customers.create({
    email: "ada@example.com",
    test_clock: clock.id,
    ...(card ? { payment_method: card, invoice_settings: { default_payment_method: card } } : {}),
  });
  return { clock, product, price, customer, start };
}

/**
 * The Stripe that contract tests ask: the stand-in, or Stripe itself in test mode when `STRIPE_TEST_KEY` is set. For
 * the top of a `describe`.
 */
export function contractStripe() {
  const key = process.env.STRIPE_TEST_KEY;
  let standIn: StandIn | undefined;
  let stripe: Stripe;
  beforeAll(async () => {
    if (key) stripe = new Stripe(key);
    else {
      standIn = await startStripe();
      stripe = stripeAt(standIn.url);
    }
  });
  afterAll(() => standIn?.remove());
  return {
    client: () => stripe,
    async subscribe(options?: Parameters<typeof subscribable>[1], more: object = {}) {
      const made = await subscribable(stripe, options);
      const items = [{ price: made.price.id }];
      return {
        ...made,
        subscription: await stripe.subscriptions.create({ customer: made.customer.id, items, ...more }),
      };
    },
    async advance(clock: { id: string }, to: number) {
      await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: to });
      await expect
        .poll(async () => (await stripe.testHelpers.testClocks.retrieve(clock.id)).status, { timeout: 120_000 })
        .toBe("ready");
    },
  };
}
