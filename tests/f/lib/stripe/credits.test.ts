import { describe, expect, it } from "vitest";
import { creditsOf, spendCredits } from "../../../../f/lib/stripe/credits.ts";
import { billingProject } from "../../../support/billing_project.ts";

const world = billingProject();

async function funded() {
  const { organization, customer } = await world.payer();
  await world.subscribe(customer);
  for (const event of await world.eventsOf(customer)) await world.apply(event);
  return { organization, customer };
}
const spend = (organization: string, id: string, amount: number) =>
  world.asApp((sql) => spendCredits(sql, world.project, { organization, id, amount, reason: "test" }));
const left = (organization: string) => world.asApp((sql) => creditsOf(sql, world.project, organization));

describe("credits", () => {
  it("are granted once per paid period, however often its invoice is told of", async () => {
    const { organization, customer } = await funded();
    for (const event of await world.eventsOf(customer)) await world.apply({ ...event, id: `${event.id}_again` });
    expect(await left(organization)).toBe(100);
  });

  it("are not granted for a change of plan in between", async () => {
    const { organization, customer } = await funded();
    const stripe = world.stripe.client();
    const [subscription] = (await stripe.subscriptions.list({ customer })).data;
    const items = [{ id: subscription!.items.data[0]!.id, price: await world.priceOf("team") }];
    await stripe.subscriptions.update(subscription!.id, { items, proration_behavior: "always_invoice" });
    for (const event of await world.eventsOf(customer)) await world.apply(event);
    expect(await left(organization)).toBe(100);
  });

  it("are taken once per id", async () => {
    const { organization } = await funded();
    expect(await spend(organization, "image-1", 30)).toEqual({ left: 70 });
    expect(await spend(organization, "image-1", 30)).toEqual({ left: 70 });
  });

  it("are never spent twice by two callers at once", async () => {
    const { organization } = await funded();
    const attempts = Array.from({ length: 10 }, (_, n) => spend(organization, `job-${n}-${organization}`, 30));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(await left(organization)).toBe(10);
  });

  it.each([0, -5, 1.5, Number.NaN])("refuses to take %s", async (amount) => {
    const { organization } = await funded();
    await expect(spend(organization, "x", amount)).rejects.toMatchObject({ code: "invalid_input" });
    expect(await left(organization)).toBe(100);
  });
});
