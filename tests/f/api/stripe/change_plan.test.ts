import { describe, expect, it } from "vitest";
import { billingRoutes } from "../../../support/billing_routes.ts";

const world = billingRoutes();
const TEAM = { plan: "team", interval: "month" };

async function subscriber(plan = "pro") {
  const buyer = await world.buyer();
  const made = await world.subscribe(buyer, plan);
  const invoices = async () => (await world.stripe.client().invoices.list({ customer: made.customer })).data.length;
  return { ...buyer, ...made, invoices };
}
const accepting = ({ prorationDate, amountDue }: { prorationDate: number; amountDue: number }) => ({
  prorationDate,
  amountDue,
});

describe("POST .../billing/plan", () => {
  it("shows the price, and changes nothing until it is accepted", async () => {
    const { post, organization, invoices } = await subscriber();
    const { status, body } = await post("plan", TEAM);
    expect(status).toBe(200);
    expect(body.quote).toMatchObject({ amountDue: 3000, total: 3000, currency: "usd" });
    expect(body.quote.lines.map(({ amount }: { amount: number }) => amount)).toEqual([-1900, 4900]);
    expect([await invoices(), (await world.billingOf(organization)).subscription?.plan]).toEqual([1, "pro"]);
  });

  it("charges what was accepted, once, and shows the new plan at once", async () => {
    const { post, customer, invoices } = await subscriber();
    const { quote } = (await post("plan", TEAM)).body;
    const changed = await post("plan", { ...TEAM, accept: accepting(quote) });
    expect(changed).toMatchObject({ status: 200, body: { billing: { subscription: { plan: "team", amount: 4900 } } } });
    expect(await post("plan", { ...TEAM, accept: accepting(quote) })).toEqual(
      expect.objectContaining({ status: 200, body: changed.body }),
    );
    expect(await invoices()).toBe(2);
    const [invoice] = (await world.stripe.client().invoices.list({ customer, limit: 1 })).data;
    expect(invoice!.amount_paid).toBe(quote.amountDue);
  });

  it("keeps what is too much as credit when the new plan costs less", async () => {
    const { post, customer } = await subscriber("team");
    const { quote } = (await post("plan", { plan: "pro" })).body;
    expect(quote).toMatchObject({ amountDue: 0, total: -3000 });
    expect((await post("plan", { plan: "pro", accept: accepting(quote) })).status).toBe(200);
    const found = await world.stripe.client().customers.retrieve(customer);
    expect(found).toMatchObject({ balance: -3000 });
  });

  it.each([
    ["another amount", (quote: { prorationDate: number }) => ({ ...quote, amountDue: 1 })],
    [
      "another time",
      (quote: { prorationDate: number; amountDue: number }) => ({
        ...quote,
        prorationDate: quote.prorationDate - 3600,
      }),
    ],
  ])("changes nothing when %s is accepted than was quoted", async (_, change) => {
    const { post, invoices } = await subscriber();
    const { quote } = (await post("plan", TEAM)).body;
    expect((await post("plan", { ...TEAM, accept: change(accepting(quote)) })).status).toBe(409);
    expect(await invoices()).toBe(1);
  });

  it("changes nothing when the card is declined", async () => {
    const { post, customer, organization, invoices } = await subscriber();
    const client = world.stripe.client();
    const failing = await client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    await client.customers.update(customer, { invoice_settings: { default_payment_method: failing.id } });
    const { quote } = (await post("plan", TEAM)).body;
    const answer = await post("plan", { ...TEAM, accept: accepting(quote) });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: "card_declined" } } });
    expect([await invoices(), (await world.billingOf(organization)).subscription?.plan]).toEqual([1, "pro"]);
  });

  it.each<[string, object, number]>([
    ["the plan it has", { plan: "pro" }, 409],
    ["a plan that is not sold", { plan: "gold" }, 404],
    ["an acceptance of half a quote", { ...TEAM, accept: { amountDue: 1 } }, 400],
    ["an acceptance that is a text", { ...TEAM, accept: "yes" }, 400],
    ["a price", { ...TEAM, price: "price_1" }, 400],
  ])("refuses %s", async (_, body, status) => {
    const { post } = await subscriber();
    expect((await post("plan", body)).status).toBe(status);
  });

  it("has nothing to change for who has no subscription, or one that is to end", async () => {
    const none = await world.buyer();
    expect((await none.post("plan", TEAM)).status).toBe(404);
    const { post } = await subscriber();
    await post("cancel");
    expect((await post("plan", TEAM)).status).toBe(409);
  });
});
