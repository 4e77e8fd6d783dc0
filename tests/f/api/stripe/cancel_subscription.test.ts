import { describe, expect, it } from "vitest";
import { billingRoutes } from "../../../support/billing_routes.ts";

const world = billingRoutes();

describe("POST .../billing/cancel", () => {
  it("ends a subscription with its period, keeps it after all, and ends it at once", async () => {
    const buyer = await world.buyer();
    const { subscription } = await world.subscribe(buyer);
    const ending = await buyer.post("cancel");
    expect(ending).toMatchObject({
      status: 200,
      body: { subscription: { status: "active", cancelAt: expect.any(String) }, features: ["export", "read"] },
    });
    expect(await buyer.post("cancel")).toMatchObject({ status: 200, body: ending.body });
    expect((await buyer.post("cancel", { ending: "never" })).body.subscription.cancelAt).toBeNull();
    const ended = await buyer.post("cancel", { ending: "now" });
    expect(ended.body).toMatchObject({ subscription: { id: subscription.id, status: "canceled" }, features: ["read"] });
    expect((await buyer.get()).body).toEqual(ended.body);
    expect((await buyer.post("cancel")).status).toBe(404);
  });

  it.each([{ ending: "later" }, { ending: 5 }, { subscription: "sub_1" }])("refuses %j", async (body) => {
    const { post } = await world.buyer();
    expect((await post("cancel", body)).status).toBe(400);
  });

  it("lets nobody end what others pay for", async () => {
    const [buyer, stranger] = [await world.buyer(), await world.buyer()];
    await world.subscribe(buyer);
    const member = await world.token(await world.member(buyer.organization, "member"));
    for (const token of [stranger.token, member]) {
      const answer = await world.call("POST", world.pathOf(buyer.organization, "cancel"), {
        token,
        body: { ending: "now" },
      });
      expect(answer.status).toBe(403);
    }
    expect((await world.billingOf(buyer.organization)).subscription?.status).toBe("active");
  });
});
