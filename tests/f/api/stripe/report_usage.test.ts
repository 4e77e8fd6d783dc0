import { describe, expect, it } from "vitest";
import { billingRoutes } from "../../../support/billing_routes.ts";

const world = billingRoutes();

async function used(customer: string): Promise<number> {
  const [meter] = (await world.stripe.client().billing.meters.list()).data;
  const now = Math.floor(Date.now() / 1000);
  const { data } = await world.stripe
    .client()
    .billing.meters.listEventSummaries(meter!.id, { customer, start_time: now - 3600, end_time: now + 60 });
  return data[0]!.aggregated_value;
}

describe("POST .../billing/usage", () => {
  it("counts each id once, also when it comes at the same moment", async () => {
    const buyer = await world.buyer();
    const { customer } = await world.subscribe(buyer, "metered");
    const report = { id: "call-1", meter: "calls", quantity: 5 };
    const answers = await Promise.all([1, 2, 3].map(() => buyer.post("usage", report)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await buyer.post("usage", report)).toMatchObject({
      status: 200,
      body: { id: "call-1", status: "duplicate" },
    });
    await buyer.post("usage", { ...report, id: "call-2" });
    expect(await used(customer)).toBe(10);
  });

  it("takes no other values under an id that was used", async () => {
    const buyer = await world.buyer();
    await world.subscribe(buyer, "metered");
    await buyer.post("usage", { id: "same", meter: "calls", quantity: 5 });
    expect((await buyer.post("usage", { id: "same", meter: "calls", quantity: 6 })).status).toBe(409);
  });

  it("takes no other organization's id", async () => {
    const [one, other] = [await world.buyer(), await world.buyer()];
    await world.subscribe(one, "metered");
    const { customer } = await world.subscribe(other, "metered");
    const report = { id: `shared-${one.organization}`, meter: "calls", quantity: 5 };
    await one.post("usage", report);
    expect((await other.post("usage", report)).status).toBe(409);
    expect(await used(customer)).toBe(0);
  });

  it("has nothing to bill for an organization without such a subscription", async () => {
    const buyer = await world.buyer();
    await world.subscribe(buyer, "pro");
    expect((await buyer.post("usage", { id: "x", meter: "calls", quantity: 1 })).status).toBe(404);
  });

  it.each([
    {},
    { id: "a", meter: "calls" },
    { id: "a", meter: "calls", quantity: 0 },
    { id: "a", meter: "calls", quantity: -3 },
    { id: "a", meter: "calls", quantity: 1.5 },
    { id: "a", meter: "calls", quantity: "5" },
    { id: "", meter: "calls", quantity: 1 },
    { id: "a", meter: "calls", quantity: 1, customer: "cus_1" },
  ])("refuses %j", async (body) => {
    const { post } = await world.buyer();
    expect((await post("usage", body)).status).toBe(400);
  });
});
