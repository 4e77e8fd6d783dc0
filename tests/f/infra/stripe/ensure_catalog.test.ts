import { describe, expect, it } from "vitest";
import { main as ensureCatalog } from "../../../../f/infra/stripe/ensure_catalog.ts";
import { ensureAccounts } from "../../../../f/lib/accounts/ensure.ts";
import { schemaOf } from "../../../../f/lib/names.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureBilling } from "../../../../f/lib/stripe/ensure_billing.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";
import { testStripe } from "../../../support/stripe.ts";

const db = testDatabase();
const stripe = testStripe();
type Billing = Parameters<typeof ensureCatalog>[1];
type Plan = Billing["plans"][number];

const PRO: Plan = {
  key: "pro",
  name: "Pro",
  prices: [{ interval: "month", amount: 1900 }],
  features: ["export"],
  credits: 10,
};
const METERED: Plan = { ...PRO, key: "metered", name: "Metered", usage: { meter: "calls", unitAmount: 2 } };
const FREE: Plan = { key: "free", name: "Free", features: ["read"] };

async function seller() {
  const project = uniqueProject();
  await withPostgres(db, async (sql) => {
    await projectSchema(sql, db, project);
    await ensureAccounts(sql, { project, signUp: "open" });
    await ensureBilling(sql, project);
  });
  const ensure = (plans: Plan[], { currency = "usd", dryRun = false } = {}) =>
    ensureCatalog(project, { currency, plans }, dryRun, db, stripe.connection());
  const pricesInStripe = async (plan: string) =>
    (await stripe.client().prices.list({ product: `run8n_${schemaOf(project)}_${plan}`, active: true })).data;
  const rows = async (table: string) =>
    (await withPostgres(db, (sql) => sql.query(`select * from ${schemaOf(project)}.${table} order by 1`))).rows;
  return { project, ensure, pricesInStripe, rows };
}

const actions = ({ changes }: { changes: { action: string }[] }) => changes.map(({ action }) => action);

describe("ensure_catalog", () => {
  it("makes products and prices, and tells the project of them", async () => {
    const { ensure, rows, pricesInStripe, project } = await seller();
    const made = await ensure([FREE, PRO, METERED]);
    expect(made.status).toBe("updated");
    expect(actions(made)).toEqual([
      "create_product",
      "create_product",
      "create_meter",
      "create_price",
      "create_price",
      "create_price",
    ]);
    const [price] = await pricesInStripe("pro");
    expect(price).toMatchObject({
      unit_amount: 1900,
      currency: "usd",
      lookup_key: `${project}:pro:month`,
      metadata: { project, plan: "pro" },
    });
    expect(await rows("billing_plan")).toMatchObject([
      { key: "free", free: true, features: ["read"], credits: "0", active: true, position: 0 },
      { key: "metered", free: false },
      { key: "pro", free: false, features: ["export"], credits: "10", position: 1 },
    ]);
    expect((await rows("billing_price")).filter(({ meter }) => meter)).toHaveLength(1);
    expect(await ensure([FREE, PRO, METERED])).toEqual({ ...made, status: "unchanged", changes: [] });
  });

  it("replaces a price by a new one, which keeps the old for whoever pays it", async () => {
    const { ensure, rows, pricesInStripe } = await seller();
    await ensure([PRO]);
    const [before] = await pricesInStripe("pro");
    const changed = await ensure([{ ...PRO, prices: [{ interval: "month", amount: 2900 }] }]);
    expect(actions(changed)).toEqual(["create_price", "retire_price"]);
    expect(await pricesInStripe("pro")).toMatchObject([{ unit_amount: 2900 }]);
    expect(await rows("billing_price")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: before!.id, active: false, plan: "pro" }),
        expect.objectContaining({ unit_amount: "2900", active: true }),
      ]),
    );
  });

  it("sells an earlier price again when it goes back to it", async () => {
    const { ensure, pricesInStripe } = await seller();
    const dear = { ...PRO, prices: [{ interval: "month" as const, amount: 2900 }] };
    for (const plan of [PRO, dear, PRO, dear, PRO]) await ensure([plan]);
    expect(await pricesInStripe("pro")).toMatchObject([{ unit_amount: 1900, active: true }]);
    expect((await ensure([PRO])).status).toBe("unchanged");
    expect(actions(await ensure([dear]))).toEqual(["sell_price", "retire_price"]);
  });

  it("retires a plan that is no longer sold, and sells it again", async () => {
    const { ensure, rows, pricesInStripe } = await seller();
    await ensure([PRO, METERED]);
    expect(actions(await ensure([PRO]))).toEqual(["retire_price", "retire_price", "retire_product"]);
    expect(await pricesInStripe("metered")).toEqual([]);
    expect((await rows("billing_plan")).find(({ key }) => key === "metered")).toMatchObject({ active: false });
    await ensure([PRO, METERED]);
    expect(await pricesInStripe("metered")).toHaveLength(2);
  });

  it("tells with dryRun what it would do, and does nothing", async () => {
    const { ensure, rows, pricesInStripe } = await seller();
    const planned = await ensure([PRO], { dryRun: true });
    expect(planned.status).toBe("planned");
    expect(actions(planned)).toEqual(["create_product", "create_price"]);
    expect([await pricesInStripe("pro"), await rows("billing_plan")]).toEqual([[], []]);
  });

  it("run by two at once, makes nothing twice", async () => {
    const { ensure, pricesInStripe } = await seller();
    const both = await Promise.all([ensure([PRO]), ensure([PRO])]);
    expect(both.map(({ status }) => status).sort()).toEqual(["unchanged", "updated"]);
    expect(await pricesInStripe("pro")).toHaveLength(1);
  });

  it("keeps two projects apart that sell plans of the same name", async () => {
    const [one, other] = [await seller(), await seller()];
    await one.ensure([PRO]);
    await other.ensure([{ ...PRO, prices: [{ interval: "month", amount: 100 }] }]);
    expect(await one.pricesInStripe("pro")).toMatchObject([{ unit_amount: 1900 }]);
    expect((await one.ensure([PRO])).status).toBe("unchanged");
  });

  it.each<[what: string, billing: unknown, message: RegExp]>([
    ["no plans", { currency: "usd", plans: [] }, /plans/],
    ["a currency that is none", { currency: "US$", plans: [PRO] }, /currency/],
    [
      "an amount with decimals",
      { currency: "usd", plans: [{ ...PRO, prices: [{ interval: "month", amount: 19.99 }] }] },
      /amount/,
    ],
    [
      "an amount below 1",
      { currency: "usd", plans: [{ ...PRO, prices: [{ interval: "month", amount: 0 }] }] },
      /amount/,
    ],
    [
      "an interval that is none",
      { currency: "usd", plans: [{ ...PRO, prices: [{ interval: "day", amount: 1 }] }] },
      /interval/,
    ],
    [
      "two prices for one interval",
      { currency: "usd", plans: [{ ...PRO, prices: [...PRO.prices!, ...PRO.prices!] }] },
      /twice/,
    ],
    ["two plans of one key", { currency: "usd", plans: [PRO, PRO] }, /twice/],
    ["a key that is an injection", { currency: "usd", plans: [{ ...PRO, key: "a'; drop table x" }] }, /key/],
    ["a field that is not known", { currency: "usd", plans: [{ ...PRO, discount: 5 }] }, /Unrecognized/],
    ["a free plan with credits", { currency: "usd", plans: [{ ...FREE, credits: 5 }] }, /no price/],
    ["nothing", undefined, /billing/],
  ])("refuses %s and changes nothing", async (_, billing, message) => {
    const { project, rows } = await seller();
    const attempt = ensureCatalog(project, billing as Billing, false, db, stripe.connection());
    await expect(attempt).rejects.toMatchObject({ code: "invalid_input", message: expect.stringMatching(message) });
    expect(await rows("billing_plan")).toEqual([]);
  });

  it("says that Stripe does not know the key, without the key", async () => {
    const { project } = await seller();
    const attempt = ensureCatalog(project, { currency: "usd", plans: [PRO] }, false, db, {
      ...stripe.connection(),
      token: "sk_wrong",
    });
    const error = await attempt.catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "upstream_failed", hint: expect.stringContaining("f/infra/stripe") });
    expect(JSON.stringify(error)).not.toContain("sk_wrong");
  });
});
