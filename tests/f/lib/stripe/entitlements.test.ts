import { describe, expect, it } from "vitest";
import { can, featuresOf } from "../../../../f/lib/stripe/entitlements.ts";
import { readBilling } from "../../../../f/lib/stripe/read_billing.ts";
import { billingProject } from "../../../support/billing_project.ts";

const world = billingProject();

/** An organization whose subscription is as given; no call to Stripe is part of the question. */
async function with_(status: string, pastDueDays?: number) {
  const { organization, customer, user } = await world.payer();
  await world.asOwner(async (sql) =>
    sql.query(
      `insert into ${world.schema}.billing_subscription (id, customer, status, price, quantity, current_period_start,
         current_period_end, created_at, past_due_since)
       values ('sub_' || $1, $1, $2, $3, 1, now(), now() + interval '1 month', now(), now() - $4 * interval '1 day')`,
      [customer, status, await world.priceOf("pro"), pastDueDays ?? null],
    ),
  );
  return { organization, user: user.id };
}

describe("can", () => {
  it.each<[status: string, days: number | undefined, allowed: boolean]>([
    ["active", undefined, true],
    ["trialing", undefined, true],
    ["past_due", 0, true],
    ["past_due", 6.9, true],
    ["past_due", 7.1, false],
    ["past_due", undefined, false],
    ["incomplete", undefined, false],
    ["incomplete_expired", undefined, false],
    ["unpaid", 1, false],
    ["paused", undefined, false],
    ["canceled", undefined, false],
    ["something_new", undefined, false],
  ])("of a subscription that is %s for %s days says %s", async (status, days, allowed) => {
    const { organization, user } = await with_(status, days);
    for (const who of [{ organization }, { user }]) {
      expect(await world.asApp((sql) => can(sql, world.project, who, "export"))).toBe(allowed);
    }
  });

  it("gives everyone what a free plan has, and nobody what no plan has", async () => {
    const { organization } = await with_("canceled");
    expect(await world.asApp((sql) => featuresOf(sql, world.project, { organization }))).toEqual(["read"]);
    expect(await world.asApp((sql) => can(sql, world.project, { organization }, "fly"))).toBe(false);
  });

  it("says no to a user whose organization does not pay, whatever another one pays", async () => {
    await with_("active");
    const { user } = await world.payer();
    expect(await world.asApp((sql) => can(sql, world.project, { user: user.id }, "export"))).toBe(false);
  });

  it("tells until when the grace lasts", async () => {
    const { organization } = await with_("past_due", 2);
    const { subscription } = await world.asApp((sql) => readBilling(sql, world.project, organization));
    expect(Date.parse(subscription!.graceUntil!) - Date.now()).toBeCloseTo(5 * 86_400_000, -5);
  });
});
