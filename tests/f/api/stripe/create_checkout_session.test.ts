import { describe, expect, it } from "vitest";
import { billingRoutes } from "../../../support/billing_routes.ts";

const world = billingRoutes();
const PRO = { plan: "pro", interval: "month" };

describe("POST .../billing/checkout", () => {
  it("leads to a page that sells the plan to this organization, and back to the site", async () => {
    const { organization, user, post } = await world.buyer();
    const answer = await post("checkout", PRO);
    expect(answer).toMatchObject({
      status: 200,
      body: { url: expect.stringContaining("/c/pay/"), expiresAt: expect.any(String) },
    });
    const session = await world.stripe.client().checkout.sessions.retrieve(answer.body.id, { expand: ["customer"] });
    expect(session).toMatchObject({
      client_reference_id: organization,
      amount_total: 1900,
      success_url: `${world.origin}/?checkout=done&session={CHECKOUT_SESSION_ID}`,
      customer: { email: user.email, metadata: { project: world.project, organization } },
    });
  });

  it("leads back to the page that asked", async () => {
    const { post } = await world.buyer();
    const { body } = await post("checkout", { ...PRO, returnPath: "/billing.html" });
    const { cancel_url } = await world.stripe.client().checkout.sessions.retrieve(body.id);
    expect(cancel_url).toBe(`${world.origin}/billing.html?checkout=canceled`);
  });

  it("asked twice, leads to the same page and makes one customer", async () => {
    const { organization, post } = await world.buyer();
    const [one, two, three] = await Promise.all([post("checkout", PRO), post("checkout", PRO), post("checkout", PRO)]);
    expect([two.body.id, three.body.id]).toEqual([one.body.id, one.body.id]);
    const customers = (await world.stripe.client().customers.list({ limit: 100 })).data;
    expect(customers.filter(({ metadata }) => metadata.organization === organization)).toHaveLength(1);
  });

  it("gives a trial to the first subscription only", async () => {
    const buyer = await world.buyer();
    const first = await buyer.post("checkout", { plan: "trial" });
    const sessions = world.stripe.client().checkout.sessions;
    expect((await sessions.retrieve(first.body.id)).amount_total).toBe(0);
    const { subscription } = await world.subscribe(buyer);
    await buyer.post("cancel", { ending: "now" });
    const second = await buyer.post("checkout", { plan: "trial" });
    expect((await sessions.retrieve(second.body.id)).amount_total, subscription.id).toBe(900);
  });

  it("sells what is billed by use together with its plan", async () => {
    const { post } = await world.buyer();
    expect((await post("checkout", { plan: "metered" })).status).toBe(200);
  });

  it("sells no second subscription", async () => {
    const buyer = await world.buyer();
    await world.subscribe(buyer);
    expect(await buyer.post("checkout", PRO)).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
  });

  it.each<[string, object, number]>([
    ["a plan that is not sold", { plan: "platinum" }, 404],
    ["a free plan", { plan: "free" }, 404],
    ["an interval it is not sold for", { plan: "team", interval: "year" }, 404],
    ["an interval that is none", { plan: "pro", interval: "day" }, 400],
    ["no plan", {}, 400],
    ["a price instead of a plan", { price: "price_1" }, 400],
    ["an amount", { ...PRO, amount: 1 }, 400],
    ["a plan that is an injection", { plan: "pro'--" }, 400],
    ["a way back to another site", { ...PRO, returnPath: "//evil.example/" }, 400],
    ["a way back that is an address", { ...PRO, returnPath: "https://evil.example" }, 400],
    ["a way back with a query", { ...PRO, returnPath: "/?x={CHECKOUT_SESSION_ID}" }, 400],
    ["a plan that is a list", { plan: ["pro"] }, 400],
  ])("refuses %s", async (_, body, status) => {
    const { post } = await world.buyer();
    expect((await post("checkout", body)).status).toBe(status);
  });

  it("is for admins of the organization", async () => {
    const { organization } = await world.buyer();
    const member = await world.member(organization, "member");
    const stranger = await world.buyer();
    for (const token of [await world.token(member), stranger.token]) {
      const answer = await world.call("POST", world.pathOf(organization, "checkout"), { token, body: PRO });
      expect(answer.status).toBe(403);
    }
  });
});
