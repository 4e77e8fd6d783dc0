import { describe, expect, it } from "vitest";
import { billingRoutes } from "../../../support/billing_routes.ts";

const world = billingRoutes();

describe("GET apps/:project/organizations/:organization/billing", () => {
  it("answers what the organization pays for and may use, to each of its members", async () => {
    const buyer = await world.buyer();
    const { subscription } = await world.subscribe(buyer);
    const member = await world.member(buyer.organization, "member");
    const answer = await world.call("GET", world.pathOf(buyer.organization), { token: await world.token(member) });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      organization: buyer.organization,
      subscription: { id: subscription.id, plan: "pro", status: "active", amount: 1900, currency: "usd" },
      features: ["export", "read"],
      credits: 100,
    });
    expect(await buyer.get()).toMatchObject({ body: answer.body });
  });

  it("answers what is free to an organization that bought nothing", async () => {
    const { get } = await world.buyer();
    expect(await get()).toMatchObject({ status: 200, body: { subscription: null, features: ["read"], credits: 0 } });
  });

  it("answers nothing of an organization to whoever does not belong to it", async () => {
    const [one, other] = [await world.buyer(), await world.buyer()];
    await world.subscribe(other);
    for (const organization of [other.organization, world.organizationOfNobody(), "none"]) {
      const answer = await world.call("GET", world.pathOf(organization), { token: one.token });
      expect(answer).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    }
    expect((await world.call("GET", world.pathOf(one.organization))).status).toBe(401);
  });
});
