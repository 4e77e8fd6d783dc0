import { describe, expect, it } from "vitest";
import { main as reconcile } from "../../../../f/infra/stripe/reconcile_subscriptions.ts";
import { readBilling } from "../../../../f/lib/stripe/read_billing.ts";
import { billingProject } from "../../../support/billing_project.ts";

const world = billingProject();
const run = async (dryRun = false) =>
  (await reconcile(world.project, dryRun, world.db, world.stripe.connection())).items[0]!;
const billingOf = (organization: string) => world.asApp((sql) => readBilling(sql, world.project, organization));

/** A subscriber of whom no event has arrived. */
async function unheard() {
  const payer = await world.payer();
  return { ...payer, subscription: await world.subscribe(payer.customer) };
}

describe("reconcile_subscriptions", () => {
  it("finds and mends what was missed, and then finds nothing", async () => {
    const { organization, subscription } = await unheard();
    const found = await run();
    expect(found.status).toBe("updated");
    expect(found.differences).toEqual(
      expect.arrayContaining([
        { object: "subscription", id: subscription.id, ours: null, stripes: expect.stringMatching(/^active/) },
        { object: "invoice", id: subscription.latest_invoice, ours: null, stripes: expect.stringMatching(/^paid/) },
      ]),
    );
    expect(await billingOf(organization)).toMatchObject({ subscription: { status: "active" }, credits: 100 });
    expect(await run()).toMatchObject({ status: "unchanged", differences: [] });
  });

  it("mends a state that is wrong here", async () => {
    const { organization, subscription } = await unheard();
    await run();
    await world.asOwner((sql) =>
      sql.query(`update ${world.schema}.billing_subscription set status = 'canceled' where id = $1`, [subscription.id]),
    );
    const { differences } = await run();
    expect(differences).toEqual([
      {
        object: "subscription",
        id: subscription.id,
        ours: expect.stringMatching(/^canceled/),
        stripes: expect.stringMatching(/^active/),
      },
    ]);
    expect((await billingOf(organization)).subscription?.status).toBe("active");
  });

  it("tells with dryRun, and mends nothing", async () => {
    const { organization } = await unheard();
    const planned = await run(true);
    expect(planned.status).toBe("planned");
    expect(planned.differences).toHaveLength(2);
    expect((await billingOf(organization)).subscription).toBeNull();
    expect((await run()).differences).toEqual(planned.differences);
  });

  it("ends a subscription that Stripe does not know", async () => {
    const { organization, customer } = await world.payer();
    await world.asOwner(async (sql) =>
      sql.query(
        `insert into ${world.schema}.billing_subscription (id, customer, status, price, quantity, current_period_start, current_period_end, created_at)
         values ('sub_gone', $1, 'active', $2, 1, now(), now(), now())`,
        [customer, await world.priceOf("pro")],
      ),
    );
    await run();
    expect((await billingOf(organization)).subscription).toMatchObject({ id: "sub_gone", status: "canceled" });
  });

  it("takes back a customer whom the project forgot, and nobody else's", async () => {
    const { organization, customer } = await unheard();
    await world.stripe.client().customers.create({ name: "Other", metadata: { project: "neighbour", organization } });
    await world.asOwner((sql) => sql.query(`delete from ${world.schema}.billing_customer where id = $1`, [customer]));
    await run();
    expect((await billingOf(organization)).subscription?.status).toBe("active");
    const { rows } = await world.asOwner((sql) =>
      sql.query(`select id from ${world.schema}.billing_customer where organization_id = $1`, [organization]),
    );
    expect(rows).toEqual([{ id: customer }]);
  });

  it("without a project, goes through all that sell, and tells which one failed", async () => {
    await unheard();
    const broken = { ...world.stripe.connection(), token: "sk_wrong" };
    expect(await reconcile(undefined, false, world.db, broken)).toMatchObject({
      items: [],
      failed: [{ project: world.project, code: "upstream_failed" }],
    });
    expect(await reconcile(undefined, false, world.db, world.stripe.connection())).toMatchObject({
      items: [{ project: world.project, status: "updated" }],
      failed: [],
    });
  });
});
