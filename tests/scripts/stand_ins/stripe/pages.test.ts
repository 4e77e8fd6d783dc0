import type Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { subscribable, testStripe } from "../../../support/stripe.ts";

describe("the hosted pages of the Stripe stand-in", () => {
  const world = testStripe();

  const submit = (url: string, fields: Record<string, string>) =>
    fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
  const card = (number: string) => ({ email: "ada@example.com", number, expiry: "12 / 34", cvc: "123" });

  async function checkout(more: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
    const made = await subscribable(world.client(), { card: null });
    const session = await world.client().checkout.sessions.create({
      mode: "subscription",
      customer: made.customer.id,
      line_items: [{ price: made.price.id, quantity: 1 }],
      success_url: "https://shop.example.com/welcome?session={CHECKOUT_SESSION_ID}",
      ...more,
    });
    return { ...made, session };
  }

  it("lead a buyer whose card works back to the shop, subscribed", async () => {
    const { session } = await checkout();
    const answer = await submit(session.url!, card("4242 4242 4242 4242"));
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(`https://shop.example.com/welcome?session=${session.id}`);
    const after = await world.client().checkout.sessions.retrieve(session.id, { expand: ["subscription"] });
    expect([after.status, after.payment_status, (after.subscription as Stripe.Subscription).status]).toEqual([
      "complete",
      "paid",
      "active",
    ]);
  });

  it.each([
    ["a refused card", "4000 0000 0000 0002", "Your card was declined."],
    ["a card that cannot be charged", "4000 0000 0000 0341", "Your card was declined."],
    ["no card number", "1234", "Your card number is incorrect."],
  ])("keep the session open after %s", async (_, number, message) => {
    const { session, customer } = await checkout();
    const answer = await submit(session.url!, card(number));
    expect(await answer.text()).toContain(message);
    expect((await world.client().checkout.sessions.retrieve(session.id)).status).toBe("open");
    expect((await world.client().subscriptions.list({ customer: customer.id, status: "all" })).data).toEqual([]);
  });

  it("take a session once", async () => {
    const { session, customer } = await checkout();
    await submit(session.url!, card("4242424242424242"));
    const again = await submit(session.url!, card("4242424242424242"));
    expect(again.status).toBe(410);
    expect((await world.client().subscriptions.list({ customer: customer.id })).data).toHaveLength(1);
  });

  it("show names as text, whatever is in them", async () => {
    const { session } = await checkout({ customer: undefined, customer_email: "<script>@example.com" } as object);
    expect(await (await fetch(session.url!)).text()).not.toContain("<script>");
  });

  async function portal(features: Stripe.BillingPortal.ConfigurationCreateParams.Features) {
    const stripe = world.client();
    const made = await subscribable(stripe);
    const subscription = await stripe.subscriptions.create({
      customer: made.customer.id,
      items: [{ price: made.price.id }],
    });
    const configuration = await stripe.billingPortal.configurations.create({ features });
    const { url } = await stripe.billingPortal.sessions.create({
      customer: made.customer.id,
      configuration: configuration.id,
    });
    return { ...made, subscription, url };
  }

  it("let a customer end a subscription with its period, and change their mind", async () => {
    const { url, subscription } = await portal({ subscription_cancel: { enabled: true } });
    const act = (action: string) => submit(url, { action, subscription: subscription.id });
    const ends = async () => (await world.client().subscriptions.retrieve(subscription.id)).cancel_at_period_end;
    expect((await act("cancel")).status).toBe(303);
    expect(await ends()).toBe(true);
    await act("keep");
    expect(await ends()).toBe(false);
  });

  it("refuse what the configuration does not allow", async () => {
    const { url, subscription } = await portal({ invoice_history: { enabled: true } });
    const answer = await submit(url, { action: "cancel", subscription: subscription.id });
    expect(await answer.text()).toContain("does not allow");
    expect((await world.client().subscriptions.retrieve(subscription.id)).cancel_at_period_end).toBe(false);
  });

  it("touch no other customer's subscription", async () => {
    const { url } = await portal({ subscription_cancel: { enabled: true } });
    const other = await portal({ subscription_cancel: { enabled: true } });
    const answer = await submit(url, { action: "cancel", subscription: other.subscription.id });
    expect(await answer.text()).toContain("no such subscription");
    expect((await world.client().subscriptions.retrieve(other.subscription.id)).cancel_at_period_end).toBe(false);
  });

  it("take another card", async () => {
    const { url, subscription } = await portal({ payment_method_update: { enabled: true } });
    await submit(url, { action: "card", number: "4000 0000 0000 0341" });
    const { default_payment_method } = await world
      .client()
      .subscriptions.retrieve(subscription.id, { expand: ["default_payment_method"] });
    expect((default_payment_method as Stripe.PaymentMethod).card?.last4).toBe("0341");
  });
});
