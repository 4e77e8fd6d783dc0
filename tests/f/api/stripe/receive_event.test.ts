import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { billingRoutes, WEBHOOK_SECRET } from "../../../support/billing_routes.ts";
import { recordsOf } from "../../../support/secret_attack.ts";

const world = billingRoutes();
const path = `apps/${world.project}/stripe/events`;

const deliver = (payload: string, { secret = WEBHOOK_SECRET, to = path } = {}) =>
  world.call("POST", to, {
    raw: payload,
    headers: { "stripe-signature": Stripe.webhooks.generateTestHeaderString({ payload, secret }) },
  });

/** The events of a purchase that have not arrived yet. */
async function purchase() {
  const buyer = await world.buyer();
  const customer = await world.stripe.client().customers.create({
    metadata: { project: world.project, organization: buyer.organization },
    payment_method: "pm_card_visa",
    invoice_settings: { default_payment_method: "pm_card_visa" },
  });
  const { rows } = await world.sql((sql) =>
    sql.query(`select id from ${world.schema}.billing_price where plan = 'pro' and interval = 'month' and active`),
  );
  await world.stripe.client().subscriptions.create({ customer: customer.id, items: [{ price: rows[0].id }] });
  const events: Stripe.Event[] = [];
  for await (const event of world.stripe.client().events.list({ limit: 100 })) {
    if ((event.data.object as { customer?: string }).customer === customer.id) events.push(event);
  }
  return { ...buyer, events };
}

describe("POST apps/:project/stripe/events", () => {
  it("takes in what Stripe signed: stored once, applied once", async () => {
    const { events, organization } = await purchase();
    for (const event of events) {
      const answer = await deliver(JSON.stringify(event));
      expect(answer).toMatchObject({
        status: 200,
        body: { event: event.id, status: expect.stringMatching(/applied|kept/) },
      });
    }
    expect(await deliver(JSON.stringify(events[0]))).toMatchObject({ status: 200, body: { status: "duplicate" } });
    expect(await world.billingOf(organization)).toMatchObject({ subscription: { status: "active" }, credits: 100 });
  });

  it("answers what is not this project's with 200, and keeps nothing of it", async () => {
    const { events } = await purchase();
    const foreign = {
      ...events[0],
      id: "evt_foreign",
      data: { object: { object: "invoice", id: "in_1", customer: "cus_elsewhere" } },
    };
    expect(await deliver(JSON.stringify(foreign))).toMatchObject({ status: 200, body: { status: "ignored" } });
  });

  it.each<[string, (payload: string) => Promise<{ status: number; body: unknown }>]>([
    ["another secret", (payload) => deliver(payload, { secret: "whsec_other" })],
    ["no signature", (payload) => world.call("POST", path, { raw: payload })],
    [
      "one byte more",
      (payload) =>
        world.call("POST", path, {
          raw: `${payload} `,
          headers: {
            "stripe-signature": Stripe.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET }),
          },
        }),
    ],
    [
      "a signature of an hour ago",
      (payload) =>
        world.call("POST", path, {
          raw: payload,
          headers: {
            "stripe-signature": Stripe.webhooks.generateTestHeaderString({
              payload,
              secret: WEBHOOK_SECRET,
              timestamp: Math.floor(Date.now() / 1000) - 3600,
            }),
          },
        }),
    ],
  ])("refuses %s with 400 and stores nothing", async (_, send) => {
    const { events } = await purchase();
    const answer = await send(JSON.stringify(events[0]));
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid_input" } } });
    const { rows } = await world.sql((sql) =>
      sql.query(`select 1 from ${world.schema}.billing_event where id = $1`, [events[0]!.id]),
    );
    expect(rows).toEqual([]);
  });

  it.each(["[]", "{}", '{"id":"evt_1"}', "null"])("refuses %s, though it is signed", async (payload) => {
    expect((await deliver(payload)).status).toBe(400);
  });

  it("knows no other project's address", async () => {
    const answer = await deliver("{}", { to: "apps/nobody/stripe/events" });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  });

  it("answers with 5xx while Stripe is away, so that it is sent again, and then applies it", async () => {
    const { events, organization } = await purchase();
    await world.stripe.standIn().stop();
    for (const event of events) expect((await deliver(JSON.stringify(event))).status).toBe(502);
    await world.stripe.standIn().start();
    for (const event of events) expect((await deliver(JSON.stringify(event))).status).toBe(200);
    expect((await world.billingOf(organization)).credits).toBe(100);
  });

  it("keeps neither the secret nor the account's key in what Windmill stores", async () => {
    const { events } = await purchase();
    await deliver(JSON.stringify(events[0]));
    const records = await recordsOf(world.engine());
    const secrets = [WEBHOOK_SECRET, world.stripe.connection().token];
    expect(records.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
  });
});
