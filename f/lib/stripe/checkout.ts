import { createHash } from "node:crypto";
import { ConflictError, NotFoundError } from "../errors.ts";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { asking, type StripeClient } from "./client.ts";
import { ensureCustomer, type Payer } from "./customers.ts";
import { type BillingTables, billingTables } from "./tables.ts";

export type CheckoutSession = { id: string; url: string; expiresAt: string };
type Ports = { sql: Sql; stripe: StripeClient };
type Price = { id: string; meter: string | null; trialDays: number; name: string };

/**
 * Begins the purchase of a plan: where to send the buyer. A second call within the hour leads to the same page. Throws
 * NotFound for a plan that is not sold, Conflict when the organization has a subscription that is running.
 */
export async function createCheckoutSession(
  { sql, stripe }: Ports,
  payer: Payer,
  wanted: { plan: string; interval: string; returnTo: string },
  now = Date.now(),
): Promise<CheckoutSession> {
  const tables = billingTables(schemaOf(payer.project));
  const [fixed, ...used] = await pricesOf(sql, tables, wanted);
  await refuseSecond(sql, tables, payer.organization);
  const customer = await ensureCustomer(sql, stripe, payer);
  const hour = Math.floor(now / 3_600_000);
  const request = {
    mode: "subscription" as const,
    customer,
    client_reference_id: payer.organization,
    line_items: [{ price: fixed.id, quantity: 1 }, ...used.map(({ id }) => ({ price: id }))],
    success_url: `${wanted.returnTo}?checkout=done&session={CHECKOUT_SESSION_ID}`,
    cancel_url: `${wanted.returnTo}?checkout=canceled`,
    subscription_data: {
      metadata: { project: payer.project, organization: payer.organization, plan: wanted.plan },
      ...((await trialIsLeft(sql, tables, customer)) && fixed.trialDays > 0
        ? { trial_period_days: fixed.trialDays }
        : {}),
    },
  };
  const digest = createHash("sha256").update(JSON.stringify(request)).digest("hex");
  const session = await asking("begin a checkout", () =>
    stripe.checkout.sessions.create(request, { idempotencyKey: `checkout:${hour}:${digest}` }),
  );
  return { id: session.id, url: session.url ?? "", expiresAt: new Date(session.expires_at * 1000).toISOString() };
}

/** The plan's own price, and behind it what is billed by use. */
export async function pricesOf(
  sql: Sql,
  t: BillingTables,
  { plan, interval }: { plan: string; interval: string },
): Promise<[Price, ...Price[]]> {
  const { rows } = await sql.query<Price>(
    `select price.id, price.meter, plan.trial_days as "trialDays", plan.name
       from ${t.price} price join ${t.plan} plan on plan.key = price.plan
      where plan.key = $1 and price.interval = $2 and price.active and plan.active order by price.meter nulls first`,
    [plan, interval],
  );
  const [fixed, ...used] = rows;
  if (fixed && fixed.meter === null) return [fixed, ...used];
  throw new NotFoundError("This plan is not sold for that interval", {
    hint: "Choose a plan and an interval that the project's run8n.json lists under billing.",
  });
}

/** A trial is for the first subscription only. */
async function trialIsLeft(sql: Sql, { subscription }: BillingTables, customer: string): Promise<boolean> {
  const { rowCount } = await sql.query(`select 1 from ${subscription} where customer = $1 limit 1`, [customer]);
  return !rowCount;
}

async function refuseSecond(sql: Sql, { subscription, customer }: BillingTables, organization: string): Promise<void> {
  const { rowCount } = await sql.query(
    `select 1 from ${subscription} s join ${customer} c on c.id = s.customer
      where c.organization_id = $1 and s.status in ('active', 'trialing', 'past_due', 'unpaid', 'paused') limit 1`,
    [organization],
  );
  if (!rowCount) return;
  throw new ConflictError("The organization has a subscription already", {
    hint: "Change its plan, or end it first.",
  });
}
