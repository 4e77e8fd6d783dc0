import { describe, expect, it } from "vitest";
import { planProject } from "../../../../../f/lib/projects/plan.ts";
import { ensureCustomer } from "../../../../../f/lib/stripe/customers.ts";
import { addOwner } from "../../../../support/accounts.ts";
import { testDatabase, uniqueProject } from "../../../../support/database.ts";
import { applyAll, deleteAll, dropAll, projectServers, restoreAll } from "../../../../support/project_ports.ts";
import { testStripe } from "../../../../support/stripe.ts";

const servers = projectServers(testDatabase());
const stripe = testStripe();
const BILLING = {
  currency: "usd",
  plans: [{ key: "pro", name: "Pro", prices: [{ interval: "month", amount: 1900 }], features: ["export"] }],
};

const use: typeof servers.use = (work) => {
  servers.connections.stripe = stripe.connection();
  return servers.use(work);
};
const seller = () => {
  const name = uniqueProject();
  const manifest = { name, template: "static", auth: { signUp: "open" }, billing: BILLING };
  const webhooks = async () =>
    (await stripe.client().webhookEndpoints.list({ limit: 100 })).data.filter(
      ({ metadata }) => metadata.project === name,
    );
  const sold = async () =>
    (await stripe.client().prices.list({ product: `run8n_${name}_pro`, active: true })).data.map(
      ({ unit_amount }) => unit_amount,
    );
  return { name, manifest, webhooks, sold };
};
const changesOf = async (manifest: object) =>
  (await use((ports) => planProject(ports, { manifest }))).changes.filter(({ kind }) => kind === "billing");

describe("a project's billing", () => {
  it("is planned, made, and then as it must be", async () => {
    const { manifest, webhooks, sold, name } = seller();
    expect(await changesOf(manifest)).toMatchObject([{ action: "create", risk: "safe" }]);
    await use((ports) => applyAll(ports, { manifest }));
    expect(await changesOf(manifest)).toEqual([]);
    expect(await sold()).toEqual([1900]);
    expect(await webhooks()).toMatchObject([{ status: "enabled", url: expect.stringContaining(`${name}.`) }]);
  });

  it("shows a changed price before it sells it, and sells it then", async () => {
    const { manifest, sold } = seller();
    await use((ports) => applyAll(ports, { manifest }));
    const plans = [{ ...BILLING.plans[0], prices: [{ interval: "month", amount: 2900 }] }];
    const dearer = { ...manifest, billing: { ...BILLING, plans } };
    expect((await changesOf(dearer)).map(({ why }) => why)).toEqual([
      "a price never changes: new subscribers get this one, old ones keep theirs",
      "it is no longer sold; who pays it goes on paying it",
    ]);
    expect(await sold()).toEqual([1900]);
    await use((ports) => applyAll(ports, { manifest: dearer }));
    expect(await sold()).toEqual([2900]);
  });

  it("tells that somebody took the webhook away, and mends it", async () => {
    const { manifest, webhooks } = seller();
    await use((ports) => applyAll(ports, { manifest }));
    for (const { id } of await webhooks()) await stripe.client().webhookEndpoints.del(id);
    expect(await changesOf(manifest)).toMatchObject([{ what: "Webhook" }]);
    await use((ports) => applyAll(ports, { manifest }));
    expect(await webhooks()).toHaveLength(1);
  });

  it("stops with a deleted project, comes back with it, and is gone with a dropped one", async () => {
    const { manifest, webhooks, sold, name } = seller();
    await use((ports) => applyAll(ports, { manifest }));
    await use((ports) => deleteAll(ports, name));
    expect(await webhooks()).toMatchObject([{ status: "disabled" }]);
    await use((ports) => restoreAll(ports, name));
    expect(await webhooks()).toMatchObject([{ status: "enabled" }]);
    await use((ports) => deleteAll(ports, name));
    await use((ports) => dropAll(ports, name));
    expect([await webhooks(), await sold()]).toEqual([[], []]);
  });

  it("is not dropped while somebody goes on paying", async () => {
    const { manifest, name } = seller();
    await use((ports) => applyAll(ports, { manifest }));
    const customer = await use(async ({ sql }) => {
      const { organization, user } = await addOwner(sql, name);
      return ensureCustomer(sql, stripe.client(), { project: name, organization, email: user.email });
    });
    const method = await stripe.client().paymentMethods.attach("pm_card_visa", { customer });
    const [price] = (await stripe.client().prices.list({ product: `run8n_${name}_pro` })).data;
    const subscription = await stripe.client().subscriptions.create({
      customer,
      items: [{ price: price!.id }],
      default_payment_method: method.id,
    });
    await use((ports) => deleteAll(ports, name));
    await expect(use((ports) => dropAll(ports, name))).rejects.toMatchObject({
      code: "conflict",
      details: { running: 1 },
    });
    await stripe.client().subscriptions.cancel(subscription.id);
    await use((ports) => dropAll(ports, name));
  });

  it("needs accounts", async () => {
    const { name } = seller();
    const manifest = { name, template: "static", billing: BILLING };
    await expect(changesOf(manifest)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("billing"),
    });
  });
});
