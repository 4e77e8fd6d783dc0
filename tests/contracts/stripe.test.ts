import type Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startStripe, stripeAt, subscribable } from "../support/stripe.ts";

/**
 * What the code of this repository relies on in Stripe: the stand-in always, and Stripe itself in test mode when
 * `STRIPE_TEST_KEY` is set.
 */
const key = process.env.STRIPE_TEST_KEY;
const DAY = 86_400;
const MONTH_LATER = Date.UTC(2030, 1, 28) / 1000;

describe(key ? "Stripe, test mode" : "Stripe stand-in", () => {
  let standIn: Awaited<ReturnType<typeof startStripe>> | undefined;
  let stripe: Stripe;
  beforeAll(async () => {
    if (key) {
      const { default: Client } = await import("stripe");
      stripe = new Client(key);
    } else {
      standIn = await startStripe();
      stripe = stripeAt(standIn.url);
    }
  });
  afterAll(() => standIn?.remove());

  const subscribe = async (options?: Parameters<typeof subscribable>[1], more: object = {}) => {
    const made = await subscribable(stripe, options);
    const subscription = await stripe.subscriptions.create({
      customer: made.customer.id,
      items: [{ price: made.price.id }],
      ...more,
    });
    return { ...made, subscription };
  };
  const advance = async (clock: { id: string }, to: number) => {
    await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: to });
    await expect
      .poll(async () => (await stripe.testHelpers.testClocks.retrieve(clock.id)).status, { timeout: 120_000 })
      .toBe("ready");
  };
  const now = (id: string, options?: Stripe.SubscriptionRetrieveParams) => stripe.subscriptions.retrieve(id, options);

  describe("catalogue", () => {
    it("gives a lookup key to one price at a time, which another may take over", async () => {
      const { product } = await subscribable(stripe);
      const lookup_key = `pro_${product.id}`;
      const wanted = { product: product.id, currency: "usd", recurring: { interval: "month" as const }, lookup_key };
      const first = await stripe.prices.create({ ...wanted, unit_amount: 100 });
      await expect(stripe.prices.create({ ...wanted, unit_amount: 200 })).rejects.toMatchObject({ statusCode: 400 });
      const second = await stripe.prices.create({ ...wanted, unit_amount: 200, transfer_lookup_key: true });
      const { data } = await stripe.prices.list({ lookup_keys: [lookup_key] });
      expect(data.map(({ id }) => id)).toEqual([second.id]);
      expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull();
    });

    it("merges metadata and takes out what becomes empty", async () => {
      const product = await stripe.products.create({ name: "Pro", metadata: { a: "1", b: "2" } });
      const { metadata } = await stripe.products.update(product.id, { metadata: { b: "", c: "3" } });
      expect(metadata).toEqual({ a: "1", c: "3" });
    });

    it("pages through a list from newest to oldest", async () => {
      const { product } = await subscribable(stripe);
      const made: string[] = [];
      for (const unit_amount of [1, 2, 3]) {
        made.push((await stripe.prices.create({ product: product.id, currency: "eur", unit_amount })).id);
      }
      const found: string[] = [];
      for await (const price of stripe.prices.list({ product: product.id, currency: "eur", limit: 2 }))
        found.push(price.id);
      expect(found).toEqual(made.toReversed());
    });
  });

  describe("calls", () => {
    it("answers a repeated idempotency key with the first answer", async () => {
      const options = { idempotencyKey: `key-${Date.now()}-${Math.random()}` };
      const first = await stripe.customers.create({ name: "Ada" }, options);
      const second = await stripe.customers.create({ name: "Ada" }, options);
      expect(second.id).toBe(first.id);
      await expect(stripe.customers.create({ name: "Bob" }, options)).rejects.toMatchObject({
        type: "StripeIdempotencyError",
      });
    });

    it.each([
      ["a customer", () => stripe.customers.retrieve("cus_none")],
      ["a subscription", () => stripe.subscriptions.retrieve("sub_none")],
    ])("says that %s does not exist", async (_, call) => {
      await expect(call()).rejects.toMatchObject({ statusCode: 404, code: "resource_missing" });
    });

    it("expands what an id names", async () => {
      const { subscription } = await subscribe();
      const { latest_invoice, items } = await now(subscription.id, {
        expand: ["latest_invoice", "items.data.price.product"],
      });
      expect((latest_invoice as Stripe.Invoice).amount_paid).toBe(1900);
      expect((items.data[0]!.price.product as Stripe.Product).name).toBe("Pro");
    });
  });

  describe("a subscription", () => {
    it("is active at once when its first invoice is paid", async () => {
      const { subscription } = await subscribe();
      expect(subscription.status).toBe("active");
      expect(subscription.items.data[0]!.current_period_end).toBe(MONTH_LATER);
    });

    it("is incomplete when the card is refused, and expires within a day", async () => {
      const { subscription, clock, start } = await subscribe({ card: "pm_card_chargeCustomerFail" });
      expect(subscription.status).toBe("incomplete");
      await advance(clock, start + DAY);
      expect((await now(subscription.id)).status).toBe("incomplete_expired");
    });

    it("renews with an invoice for the next period", async () => {
      const { subscription, clock } = await subscribe();
      await advance(clock, MONTH_LATER + DAY);
      const renewed = await now(subscription.id);
      expect(renewed.items.data[0]!.current_period_start).toBe(MONTH_LATER);
      const invoices = await stripe.invoices.list({ subscription: subscription.id });
      expect(invoices.data.map(({ status, billing_reason }) => [status, billing_reason])).toEqual([
        ["paid", "subscription_cycle"],
        ["paid", "subscription_create"],
      ]);
    });

    it("is past due when a renewal fails, and active again once that invoice is paid", async () => {
      const { subscription, clock, customer } = await subscribe();
      const failing = await stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer: customer.id });
      await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: failing.id } });
      await advance(clock, MONTH_LATER + DAY);
      const overdue = await now(subscription.id);
      expect(overdue.status).toBe("past_due");
      const card = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
      await stripe.invoices.pay(overdue.latest_invoice as string, { payment_method: card.id });
      expect((await now(subscription.id)).status).toBe("active");
    });

    it("becomes active after its trial, and was free until then", async () => {
      const { subscription, clock, start } = await subscribe({}, { trial_period_days: 14 });
      expect(subscription.status).toBe("trialing");
      await advance(clock, start + 15 * DAY);
      expect((await now(subscription.id)).status).toBe("active");
      const { data } = await stripe.invoices.list({ subscription: subscription.id });
      expect(data.map(({ amount_paid }) => amount_paid)).toEqual([1900, 0]);
    });

    it.each([
      ["cancel", "canceled"],
      ["pause", "paused"],
    ] as const)("without a card does %s at the end of a trial when told so", async (missing_payment_method, status) => {
      const trial_settings = { end_behavior: { missing_payment_method } };
      const { subscription, clock, start } = await subscribe({ card: null }, { trial_period_days: 7, trial_settings });
      await advance(clock, start + 8 * DAY);
      expect((await now(subscription.id)).status).toBe(status);
    });

    it("goes on after a pause once there is a card", async () => {
      const trial_settings = { end_behavior: { missing_payment_method: "pause" as const } };
      const { subscription, clock, start, customer } = await subscribe(
        { card: null },
        { trial_period_days: 7, trial_settings },
      );
      await advance(clock, start + 8 * DAY);
      const card = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
      await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } });
      expect((await stripe.subscriptions.resume(subscription.id, {})).status).toBe("active");
    });

    it("ends at the end of its period when canceled for then, and may be kept until that", async () => {
      const { subscription, clock } = await subscribe();
      const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
      expect([ending.status, ending.cancel_at]).toEqual(["active", MONTH_LATER]);
      expect(
        (await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false })).cancel_at,
      ).toBeNull();
      await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
      await advance(clock, MONTH_LATER + DAY);
      expect((await now(subscription.id)).status).toBe("canceled");
    });

    it("ends at once when canceled, and cannot be canceled again", async () => {
      const { subscription } = await subscribe();
      expect((await stripe.subscriptions.cancel(subscription.id)).status).toBe("canceled");
      await expect(stripe.subscriptions.cancel(subscription.id)).rejects.toMatchObject({
        statusCode: expect.any(Number),
      });
    });

    it("bills the difference at once for a dearer price, as its preview said", async () => {
      const { subscription, product, clock, start } = await subscribe();
      const dear = await stripe.prices.create({
        product: product.id,
        currency: "usd",
        unit_amount: 4900,
        recurring: { interval: "month" },
      });
      await advance(clock, start + 14 * DAY);
      const items = [{ id: subscription.items.data[0]!.id, price: dear.id }];
      const details = { items, proration_behavior: "always_invoice" as const, proration_date: start + 14 * DAY };
      const preview = await stripe.invoices.createPreview({
        subscription: subscription.id,
        subscription_details: details,
      });
      expect(preview.total).toBe(1500);
      const changed = await stripe.subscriptions.update(subscription.id, details);
      expect(changed.items.data[0]!.price.id).toBe(dear.id);
      expect((await stripe.invoices.retrieve(changed.latest_invoice as string)).amount_paid).toBe(preview.amount_due);
    });

    it("begins a new period when the interval changes", async () => {
      const { subscription, product, start } = await subscribe();
      const yearly = await stripe.prices.create({
        product: product.id,
        currency: "usd",
        unit_amount: 19_000,
        recurring: { interval: "year" },
      });
      const items = [{ id: subscription.items.data[0]!.id, price: yearly.id }];
      const changed = await stripe.subscriptions.update(subscription.id, { items });
      expect(changed.items.data[0]!.current_period_end).toBe(Date.UTC(2031, 0, 31) / 1000);
      expect((await stripe.invoices.retrieve(changed.latest_invoice as string)).total).toBe(19_000 - 1900);
      expect(changed.billing_cycle_anchor).toBe(start);
    });
  });

  describe("usage", () => {
    it("is counted once by identifier and billed with the period it fell into", async () => {
      const { product, customer, clock, start } = await subscribable(stripe);
      const event_name = `calls_${product.id}`;
      const meter = await stripe.billing.meters.create({
        display_name: "Calls",
        event_name,
        default_aggregation: { formula: "sum" },
      });
      const price = await stripe.prices.create({
        product: product.id,
        currency: "usd",
        unit_amount: 2,
        recurring: { interval: "month", usage_type: "metered", meter: meter.id },
      });
      const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
      const payload = { stripe_customer_id: customer.id, value: "30" };
      await advance(clock, start + DAY);
      await stripe.billing.meterEvents.create({ event_name, payload, identifier: `${id}-1` });
      const again = stripe.billing.meterEvents.create({ event_name, payload, identifier: `${id}-1` });
      await expect(again).rejects.toMatchObject({ statusCode: 400 });
      await advance(clock, MONTH_LATER + DAY);
      const [invoice] = (await stripe.invoices.list({ subscription: id, limit: 1 })).data;
      expect(invoice!.total).toBe(60);
    });
  });

  describe("checkout and portal", () => {
    it("lead to pages of their own", async () => {
      const { customer, price } = await subscribable(stripe);
      const session = await stripe.checkout.sessions.create({
        mode: "subscription",
        customer: customer.id,
        line_items: [{ price: price.id, quantity: 1 }],
        success_url: "https://shop.example.com/welcome?session={CHECKOUT_SESSION_ID}",
      });
      expect([session.status, session.payment_status]).toEqual(["open", "unpaid"]);
      const configuration = await stripe.billingPortal.configurations.create({
        features: { subscription_cancel: { enabled: true } },
      });
      const portal = await stripe.billingPortal.sessions.create({
        customer: customer.id,
        configuration: configuration.id,
      });
      for (const { url } of [session, portal]) expect((await fetch(url!)).status).toBe(200);
      expect((await stripe.checkout.sessions.expire(session.id)).status).toBe("expired");
    });
  });

  it("shows a webhook's secret once", async () => {
    const made = await stripe.webhookEndpoints.create({
      url: "https://example.com/hook",
      enabled_events: ["invoice.paid"],
    });
    expect(made.secret).toMatch(/^whsec_/);
    expect((await stripe.webhookEndpoints.retrieve(made.id)).secret).toBeUndefined();
    await stripe.webhookEndpoints.del(made.id);
  });

  it("keeps an event of each change", async () => {
    const { subscription } = await subscribe();
    await stripe.subscriptions.update(subscription.id, { metadata: { seen: "yes" } });
    const of = async (type: string) => {
      const { data } = await stripe.events.list({ type, limit: 20 });
      return data.find((event) => (event.data.object as { id?: string }).id === subscription.id);
    };
    await expect.poll(() => of("customer.subscription.created")).toBeDefined();
    await expect
      .poll(async () => (await of("customer.subscription.updated"))?.data.previous_attributes)
      .toMatchObject({ metadata: {} });
  });
});
