import type Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { contractStripe, subscribable } from "../support/stripe.ts";

/**
 * What the code of this repository relies on in Stripe: the stand-in always, and Stripe itself in test mode when
 * `STRIPE_TEST_KEY` is set.
 */
describe(process.env.STRIPE_TEST_KEY ? "Stripe, test mode" : "Stripe stand-in", () => {
  const world = contractStripe();
  describe("catalogue", () => {
    it("gives a lookup key to one price at a time, which another may take over", async () => {
      const { product } = await subscribable(world.client());
      const lookup_key = `pro_${product.id}`;
      const wanted = { product: product.id, currency: "usd", recurring: { interval: "month" as const }, lookup_key };
      const first = await world.client().prices.create({ ...wanted, unit_amount: 100 });
      await expect(world.client().prices.create({ ...wanted, unit_amount: 200 })).rejects.toMatchObject({
        statusCode: 400,
      });
      const second = await world.client().prices.create({ ...wanted, unit_amount: 200, transfer_lookup_key: true });
      const { data } = await world.client().prices.list({ lookup_keys: [lookup_key] });
      expect(data.map(({ id }) => id)).toEqual([second.id]);
      expect((await world.client().prices.retrieve(first.id)).lookup_key).toBeNull();
    });

    it("merges metadata and takes out what becomes empty", async () => {
      const product = await world.client().products.create({ name: "Pro", metadata: { a: "1", b: "2" } });
      const { metadata } = await world.client().products.update(product.id, { metadata: { b: "", c: "3" } });
      expect(metadata).toEqual({ a: "1", c: "3" });
    });

    it("pages through a list from newest to oldest", async () => {
      const { product } = await subscribable(world.client());
      const made: string[] = [];
      for (const unit_amount of [1, 2, 3]) {
        made.push((await world.client().prices.create({ product: product.id, currency: "eur", unit_amount })).id);
      }
      const found: string[] = [];
      for await (const price of world.client().prices.list({ product: product.id, currency: "eur", limit: 2 }))
        found.push(price.id);
      expect(found).toEqual(made.toReversed());
    });
  });

  describe("calls", () => {
    it("answers a repeated idempotency key with the first answer", async () => {
      const options = { idempotencyKey: `key-${Date.now()}-${Math.random()}` };
      const first = await world.client().customers.create({ name: "Ada" }, options);
      const second = await world.client().customers.create({ name: "Ada" }, options);
      expect(second.id).toBe(first.id);
      await expect(world.client().customers.create({ name: "Bob" }, options)).rejects.toMatchObject({
        type: "StripeIdempotencyError",
      });
    });

    it.each([
      ["a customer", () => world.client().customers.retrieve("cus_none")],
      ["a subscription", () => world.client().subscriptions.retrieve("sub_none")],
    ])("says that %s does not exist", async (_, call) => {
      await expect(call()).rejects.toMatchObject({ statusCode: 404, code: "resource_missing" });
    });

    it("expands what an id names", async () => {
      const { subscription } = await world.subscribe();
      const { latest_invoice, items } = await world.client().subscriptions.retrieve(subscription.id, {
        expand: ["latest_invoice", "items.data.price.product"],
      });
      expect((latest_invoice as Stripe.Invoice).amount_paid).toBe(1900);
      expect((items.data[0]!.price.product as Stripe.Product).name).toBe("Pro");
    });
  });

  describe("checkout and portal", () => {
    it("lead to pages of their own", async () => {
      const { customer, price } = await subscribable(world.client());
      const session = await world.client().checkout.sessions.create({
        mode: "subscription",
        customer: customer.id,
        line_items: [{ price: price.id, quantity: 1 }],
        success_url: "https://shop.example.com/welcome?session={CHECKOUT_SESSION_ID}",
      });
      expect([session.status, session.payment_status]).toEqual(["open", "unpaid"]);
      const configuration = await world.client().billingPortal.configurations.create({
        features: { subscription_cancel: { enabled: true } },
      });
      const portal = await world.client().billingPortal.sessions.create({
        customer: customer.id,
        configuration: configuration.id,
      });
      for (const { url } of [session, portal]) expect((await fetch(url!)).status).toBe(200);
      expect((await world.client().checkout.sessions.expire(session.id)).status).toBe("expired");
    });
  });

  it("shows a webhook's secret once", async () => {
    const made = await world.client().webhookEndpoints.create({
      url: "https://example.com/hook",
      enabled_events: ["invoice.paid"],
    });
    expect(made.secret).toMatch(/^whsec_/);
    expect((await world.client().webhookEndpoints.retrieve(made.id)).secret).toBeUndefined();
    await world.client().webhookEndpoints.del(made.id);
  });

  it("keeps an event of each change", async () => {
    const { subscription } = await world.subscribe();
    await world.client().subscriptions.update(subscription.id, { metadata: { seen: "yes" } });
    const of = async (type: string) => {
      const { data } = await world.client().events.list({ type, limit: 20 });
      return data.find((event) => (event.data.object as { id?: string }).id === subscription.id);
    };
    await expect.poll(() => of("customer.subscription.created")).toBeDefined();
    await expect
      .poll(async () => (await of("customer.subscription.updated"))?.data.previous_attributes)
      .toMatchObject({ metadata: {} });
  });
});
