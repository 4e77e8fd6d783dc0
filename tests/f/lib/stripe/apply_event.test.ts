import type Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { applyEvent } from "../../../../f/lib/stripe/apply_event.ts";
import { readBilling } from "../../../../f/lib/stripe/read_billing.ts";
import { billingProject } from "../../../support/billing_project.ts";

const world = billingProject();
const billingOf = (organization: string) => world.asApp((sql) => readBilling(sql, world.project, organization));
const shuffled = <T>(items: T[]): T[] =>
  items
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);

/** A customer who subscribed, changed their mind twice and left. */
async function life() {
  const payer = await world.payer();
  const stripe = world.stripe.client();
  const { id } = await world.subscribe(payer.customer);
  await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  await stripe.subscriptions.update(id, { cancel_at_period_end: false });
  await stripe.subscriptions.cancel(id);
  return { ...payer, subscription: id, events: await world.eventsOf(payer.customer) };
}

describe("applyEvent", () => {
  it("writes what was bought, with the credits of the first period", async () => {
    const { customer, organization } = await world.payer();
    const { id } = await world.subscribe(customer);
    for (const event of await world.eventsOf(customer)) await world.apply(event);
    expect(await billingOf(organization)).toMatchObject({
      subscription: { id, plan: "pro", status: "active", amount: 1900, currency: "usd", interval: "month" },
      features: ["export", "read"],
      credits: 100,
    });
  });

  it.each(["in order", "backwards", "shuffled", "twice each, shuffled"])(
    "ends right when events come %s",
    async (how) => {
      const { events, organization, subscription } = await life();
      const order = {
        "in order": events,
        backwards: events.toReversed(),
        shuffled: shuffled(events),
        "twice each, shuffled": shuffled([...events, ...events]),
      }[how]!;
      for (const event of order) await world.apply(event);
      expect(await billingOf(organization)).toMatchObject({
        subscription: { id: subscription, status: "canceled" },
        features: ["read"],
        credits: 100,
      });
    },
  );

  it("applies a copy that comes at the same moment once", async () => {
    const { events, organization } = await life();
    for (const event of events) {
      const outcomes = await Promise.all([event, event, event, event].map((copy) => world.apply(copy)));
      expect(outcomes.filter((outcome) => outcome === "duplicate")).toHaveLength(3);
    }
    expect((await billingOf(organization)).credits).toBe(100);
  });

  it("leaves nothing of an event whose effect failed, and takes it the next time", async () => {
    const { customer } = await world.payer();
    await world.subscribe(customer);
    const events = await world.eventsOf(customer);
    const paid = events.find(({ type }) => type === "invoice.paid")!;
    const failing = { ...world.stripe.client(), invoices: { retrieve: () => Promise.reject(new Error("down")) } };
    const attempt = world.asApp((sql) =>
      applyEvent({ sql, stripe: failing as unknown as Stripe, project: world.project }, paid),
    );
    await expect(attempt).rejects.toThrow("down");
    expect((await world.rows("billing_event")).map(({ id }) => id)).not.toContain(paid.id);
    expect(await world.apply(paid)).toBe("applied");
  });

  it("leaves nothing when its process dies half-way", async () => {
    const { customer } = await world.payer();
    await world.subscribe(customer);
    const paid = (await world.eventsOf(customer)).find(({ type }) => type === "invoice.paid")!;
    const real = world.stripe.client();
    const attempt = world.asApp(async (sql) => {
      const { rows } = await sql.query("select pg_backend_pid() as pid");
      const dying = {
        customers: real.customers,
        invoices: {
          async retrieve(id: string) {
            await withPostgres(world.db, (admin) => admin.query("select pg_terminate_backend($1)", [rows[0].pid]));
            return real.invoices.retrieve(id);
          },
        },
      };
      return applyEvent({ sql, stripe: dying as unknown as Stripe, project: world.project }, paid);
    });
    await expect(attempt).rejects.toMatchObject({ retryable: true });
    expect(await world.apply(paid)).toBe("applied");
    expect(await world.apply(paid)).toBe("duplicate");
  });

  it("keeps an event of a type that changes nothing here", async () => {
    const { customer } = await world.payer();
    const attached = (await world.eventsOf(customer)).find(({ type }) => type === "payment_method.attached")!;
    expect(await world.apply(attached)).toBe("kept");
    const rows = await world.rows("billing_event");
    expect(rows.find(({ id }) => id === attached.id)).toMatchObject({
      outcome: "kept",
      type: "payment_method.attached",
      customer,
    });
  });

  it("ignores, and does not store, what belongs to a customer of somebody else", async () => {
    const stripe = world.stripe.client();
    const other = await stripe.customers.create({
      name: "Other",
      metadata: { project: "neighbour" },
      payment_method: "pm_card_visa",
    });
    const [event] = await world.eventsOf(other.id);
    expect(await world.apply(event!)).toBe("ignored");
    expect((await world.rows("billing_event")).map(({ id }) => id)).not.toContain(event!.id);
  });

  it("takes back a customer that it made and did not write down", async () => {
    const { customer, organization } = await world.payer();
    await world.asOwner((sql) => sql.query(`delete from ${world.schema}.billing_customer where id = $1`, [customer]));
    await world.subscribe(customer);
    for (const event of await world.eventsOf(customer)) await world.apply(event);
    expect((await billingOf(organization)).subscription).toMatchObject({ status: "active" });
  });

  it("ends a subscription that Stripe has forgotten as its last event shows it", async () => {
    const { events, organization } = await life();
    const deleted = events.find(({ type }) => type === "customer.subscription.deleted")!;
    const forgetful = { ...deleted, data: { object: { ...deleted.data.object, id: "sub_forgotten" } } } as Stripe.Event;
    expect(await world.apply(forgetful)).toBe("applied");
    expect((await billingOf(organization)).subscription).toMatchObject({ id: "sub_forgotten", status: "canceled" });
  });
});
