import { describe, expect, it } from "vitest";
import { STRIPE_KEY, stripeAt, testStripe } from "../../../support/stripe.ts";

describe("what the Stripe stand-in does not do", () => {
  const world = testStripe();

  it.each([
    ["a resource", () => world.client().coupons.create({ percent_off: 10 }), /does not support POST \/v1\/coupons/],
    ["a method", () => world.client().customers.del("cus_1"), /does not support DELETE \/v1\/customers/],
    [
      "a parameter",
      () => world.client().customers.create({ tax_exempt: "exempt" }),
      /does not support the parameter tax_exempt of POST \/v1\/customers/,
    ],
    [
      "a nested parameter",
      () =>
        world.client().prices.create({
          currency: "usd",
          product: "p",
          unit_amount: 1,
          recurring: { interval: "day", trial_period_days: 3 },
        }),
      /the parameter recurring\[trial_period_days\]/,
    ],
  ])("is refused by name: %s", async (_, call, message) => {
    await expect(call()).rejects.toMatchObject({ statusCode: 501, message: expect.stringMatching(message) });
  });

  it("refuses another key", async () => {
    await expect(stripeAt(world.url(), `${STRIPE_KEY}x`).products.list()).rejects.toMatchObject({ statusCode: 401 });
  });

  it("leaves nothing of a call that fails half-way", async () => {
    const stripe = world.client();
    const before = (await stripe.customers.list()).data.length;
    const failing = stripe.customers.create({ name: "Ada", payment_method: "pm_card_chargeDeclined" });
    await expect(failing).rejects.toMatchObject({ code: "card_declined", statusCode: 402 });
    expect((await stripe.customers.list()).data).toHaveLength(before);
  });

  it("keeps what it knows over a crash", async () => {
    const { id } = await world.client().customers.create({ name: "Ada" });
    await world.standIn().kill();
    await world.standIn().start();
    expect((await world.client().customers.retrieve(id)).id).toBe(id);
  });
});
