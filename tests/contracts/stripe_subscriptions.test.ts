import { describe, expect, it } from "vitest";
import { contractStripe, subscribable } from "../support/stripe.ts";

const DAY = 86_400;
/** A month after the 31st of January. */
const MONTH_LATER = Date.UTC(2030, 1, 28) / 1000;

/**
 * What the code of this repository relies on in Stripe: the stand-in always, and Stripe itself in test mode when
 * `STRIPE_TEST_KEY` is set.
 */
describe(process.env.STRIPE_TEST_KEY ? "Stripe, test mode" : "Stripe stand-in", () => {
  const world = contractStripe();
  const now = (id: string) => world.client().subscriptions.retrieve(id);

  describe("a subscription", () => {
    it("is active at once when its first invoice is paid", async () => {
      const { subscription } = await world.subscribe();
      expect(subscription.status).toBe("active");
      expect(subscription.items.data[0]!.current_period_end).toBe(MONTH_LATER);
    });

    it("is incomplete when the card is refused, and expires within a day", async () => {
      const { subscription, clock, start } = await world.subscribe({ card: "pm_card_chargeCustomerFail" });
      expect(subscription.status).toBe("incomplete");
      await world.advance(clock, start + DAY);
      expect((await now(subscription.id)).status).toBe("incomplete_expired");
    });

    it("renews with an invoice for the next period", async () => {
      const { subscription, clock } = await world.subscribe();
      await world.advance(clock, MONTH_LATER + DAY);
      const renewed = await now(subscription.id);
      expect(renewed.items.data[0]!.current_period_start).toBe(MONTH_LATER);
      const invoices = await world.client().invoices.list({ subscription: subscription.id });
      expect(invoices.data.map(({ status, billing_reason }) => [status, billing_reason])).toEqual([
        ["paid", "subscription_cycle"],
        ["paid", "subscription_create"],
      ]);
    });

    it("is past due when a renewal fails, and active again once that invoice is paid", async () => {
      const { subscription, clock, customer } = await world.subscribe();
      const failing = await world
        .client()
        .paymentMethods.attach("pm_card_chargeCustomerFail", { customer: customer.id });
      await world.client().customers.update(customer.id, { invoice_settings: { default_payment_method: failing.id } });
      await world.advance(clock, MONTH_LATER + DAY);
      const overdue = await now(subscription.id);
      expect(overdue.status).toBe("past_due");
      const card = await world.client().paymentMethods.attach("pm_card_visa", { customer: customer.id });
      await world.client().invoices.pay(overdue.latest_invoice as string, { payment_method: card.id });
      expect((await now(subscription.id)).status).toBe("active");
    });

    it("becomes active after its trial, and was free until then", async () => {
      const { subscription, clock, start } = await world.subscribe({}, { trial_period_days: 14 });
      expect(subscription.status).toBe("trialing");
      await world.advance(clock, start + 15 * DAY);
      expect((await now(subscription.id)).status).toBe("active");
      const { data } = await world.client().invoices.list({ subscription: subscription.id });
      expect(data.map(({ amount_paid }) => amount_paid)).toEqual([1900, 0]);
    });

    it.each([
      ["cancel", "canceled"],
      ["pause", "paused"],
    ] as const)("without a card does %s at the end of a trial when told so", async (missing_payment_method, status) => {
      const trial_settings = { end_behavior: { missing_payment_method } };
      const { subscription, clock, start } = await world.subscribe(
        { card: null },
        { trial_period_days: 7, trial_settings },
      );
      await world.advance(clock, start + 8 * DAY);
      expect((await now(subscription.id)).status).toBe(status);
    });

    it("goes on after a pause once there is a card", async () => {
      const trial_settings = { end_behavior: { missing_payment_method: "pause" as const } };
      const { subscription, clock, start, customer } = await world.subscribe(
        { card: null },
        { trial_period_days: 7, trial_settings },
      );
      await world.advance(clock, start + 8 * DAY);
      const card = await world.client().paymentMethods.attach("pm_card_visa", { customer: customer.id });
      await world.client().customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } });
      expect((await world.client().subscriptions.resume(subscription.id, {})).status).toBe("active");
    });

    it("ends at the end of its period when canceled for then, and may be kept until that", async () => {
      const { subscription, clock } = await world.subscribe();
      const ending = await world.client().subscriptions.update(subscription.id, { cancel_at_period_end: true });
      expect([ending.status, ending.cancel_at]).toEqual(["active", MONTH_LATER]);
      expect(
        (await world.client().subscriptions.update(subscription.id, { cancel_at_period_end: false })).cancel_at,
      ).toBeNull();
      await world.client().subscriptions.update(subscription.id, { cancel_at_period_end: true });
      await world.advance(clock, MONTH_LATER + DAY);
      expect((await now(subscription.id)).status).toBe("canceled");
    });

    it("ends at once when canceled, and cannot be canceled again", async () => {
      const { subscription } = await world.subscribe();
      expect((await world.client().subscriptions.cancel(subscription.id)).status).toBe("canceled");
      await expect(world.client().subscriptions.cancel(subscription.id)).rejects.toMatchObject({
        statusCode: expect.any(Number),
      });
    });

    it("bills the difference at once for a dearer price, as its preview said", async () => {
      const { subscription, product, clock, start } = await world.subscribe();
      const dear = await world.client().prices.create({
        product: product.id,
        currency: "usd",
        unit_amount: 4900,
        recurring: { interval: "month" },
      });
      await world.advance(clock, start + 14 * DAY);
      const items = [{ id: subscription.items.data[0]!.id, price: dear.id }];
      const details = { items, proration_behavior: "always_invoice" as const, proration_date: start + 14 * DAY };
      const preview = await world.client().invoices.createPreview({
        subscription: subscription.id,
        subscription_details: details,
      });
      expect(preview.total).toBe(1500);
      const changed = await world.client().subscriptions.update(subscription.id, details);
      expect(changed.items.data[0]!.price.id).toBe(dear.id);
      expect((await world.client().invoices.retrieve(changed.latest_invoice as string)).amount_paid).toBe(
        preview.amount_due,
      );
    });

    it("begins a new period when the interval changes", async () => {
      const { subscription, product, start } = await world.subscribe();
      const yearly = await world.client().prices.create({
        product: product.id,
        currency: "usd",
        unit_amount: 19_000,
        recurring: { interval: "year" },
      });
      const items = [{ id: subscription.items.data[0]!.id, price: yearly.id }];
      const changed = await world.client().subscriptions.update(subscription.id, { items });
      expect(changed.items.data[0]!.current_period_end).toBe(Date.UTC(2031, 0, 31) / 1000);
      expect((await world.client().invoices.retrieve(changed.latest_invoice as string)).total).toBe(19_000 - 1900);
      expect(changed.billing_cycle_anchor).toBe(start);
    });
  });

  describe("usage", () => {
    it("is counted once by identifier and billed with the period it fell into", async () => {
      const { product, customer, clock, start } = await subscribable(world.client());
      const event_name = `calls_${product.id}`;
      const meter = await world.client().billing.meters.create({
        display_name: "Calls",
        event_name,
        default_aggregation: { formula: "sum" },
      });
      const price = await world.client().prices.create({
        product: product.id,
        currency: "usd",
        unit_amount: 2,
        recurring: { interval: "month", usage_type: "metered", meter: meter.id },
      });
      const { id } = await world.client().subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
      const payload = { stripe_customer_id: customer.id, value: "30" };
      await world.advance(clock, start + DAY);
      await world.client().billing.meterEvents.create({ event_name, payload, identifier: `${id}-1` });
      const again = world.client().billing.meterEvents.create({ event_name, payload, identifier: `${id}-1` });
      await expect(again).rejects.toMatchObject({ statusCode: 400 });
      await world.advance(clock, MONTH_LATER + DAY);
      const [invoice] = (await world.client().invoices.list({ subscription: id, limit: 1 })).data;
      expect(invoice!.total).toBe(60);
    });
  });
});
