import type Stripe from "stripe";
import { schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { asking, type StripeClient } from "./client.ts";
import { rememberStripeCustomer } from "./customers.ts";
import { writeInvoice, writeSubscription } from "./sync.ts";
import { type BillingTables, billingTables } from "./tables.ts";
import { sendUsage } from "./usage.ts";

export type Difference = {
  object: "subscription" | "invoice" | "usage";
  id: string;
  /** What we had, and what Stripe has; null for nothing. */
  ours: string | null;
  stripes: string | null;
};

export type Reconciled = {
  project: string;
  customers: number;
  dryRun: boolean;
  differences: Difference[];
  status: "unchanged" | "updated" | "planned";
};
/** Two round trips to Stripe per customer. */
const LEASE_SECONDS = 1800;

type Ports = { sql: Sql; stripe: StripeClient; project: string };

/**
 * Compares what Stripe has of a project's customers with what we have, and mends ours: subscriptions, invoices, and usage
 * that has not been sent. A credit that was missed is granted with its invoice. With `dryRun` it only tells.
 */
export async function reconcileSubscriptions(
  ports: Ports,
  { dryRun = false }: { dryRun?: boolean },
): Promise<Reconciled> {
  if (dryRun) return compare(ports, true);
  const { sql, project } = ports;
  const operation = { sql, verb: "infra/stripe/reconcile_subscriptions", project, arguments: { project } };
  return operate({ ...operation, leaseSeconds: LEASE_SECONDS }, () => compare(ports, false));
}

async function compare(ports: Ports, dryRun: boolean): Promise<Reconciled> {
  const { project } = ports;
  const tables = billingTables(schemaOf(project));
  const customers = await customersOf(ports, tables);
  const differences: Difference[] = [];
  for (const customer of customers) differences.push(...(await reconcileCustomer(ports, tables, customer, dryRun)));
  differences.push(...(await sendMissedUsage(ports, tables, dryRun)));
  const status = differences.length === 0 ? "unchanged" : dryRun ? "planned" : "updated";
  return { project, customers: customers.length, dryRun, differences, status };
}

/** Ours, and those that we made in Stripe and then forgot. */
async function customersOf({ sql, stripe, project }: Ports, { customer }: BillingTables): Promise<string[]> {
  await asking("list customers", async () => {
    for await (const one of stripe.customers.list({ limit: 100 })) {
      if (one.metadata.project === project) await rememberStripeCustomer(sql, project, one);
    }
  });
  const { rows } = await sql.query<{ id: string }>(`select id from ${customer} order by created_at, id`);
  return rows.map(({ id }) => id);
}

/** The customer is locked while both sides are read, so that an event in between is no difference. */
async function reconcileCustomer(
  { sql, stripe }: Ports,
  tables: BillingTables,
  customer: string,
  dryRun: boolean,
): Promise<Difference[]> {
  return transaction(sql, async () => {
    await sql.query(`select 1 from ${tables.customer} where id = $1 for no key update`, [customer]);
    const [subscriptions, invoices] = await asking("read a customer's billing", () =>
      Promise.all([
        collect(stripe.subscriptions.list({ customer, status: "all", limit: 100, expand: ["data.latest_invoice"] })),
        collect(stripe.invoices.list({ customer, limit: 100 })),
      ]),
    );
    const before = await fingerprints(sql, tables, customer);
    for (const one of subscriptions) await writeSubscription(sql, tables, one);
    for (const one of invoices) await writeInvoice(sql, tables, one);
    await endForgotten(sql, tables, customer, subscriptions);
    const after = await fingerprints(sql, tables, customer);
    if (dryRun) await sql.query("rollback and chain");
    return differencesOf(before, after);
  });
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of pages) found.push(one);
  return found;
}

/** A subscription that Stripe no longer knows gives nobody anything. */
async function endForgotten(
  sql: Sql,
  { subscription }: BillingTables,
  customer: string,
  found: Stripe.Subscription[],
): Promise<void> {
  await sql.query(
    `update ${subscription} set status = 'canceled', ended_at = coalesce(ended_at, now()), synced_at = now()
      where customer = $1 and id <> all($2) and status <> 'canceled'`,
    [customer, found.map(({ id }) => id)],
  );
}

type Fingerprints = Map<string, { object: Difference["object"]; state: string }>;

async function fingerprints(
  sql: Sql,
  { subscription, invoice }: BillingTables,
  customer: string,
): Promise<Fingerprints> {
  const { rows } = await sql.query<{ id: string; object: Difference["object"]; state: string }>(
    `select id, 'subscription' as object, concat_ws(' ', status, price, quantity, current_period_end, cancel_at) as state
       from ${subscription} where customer = $1
     union all select id, 'invoice', concat_ws(' ', status, amount_paid, total) from ${invoice} where customer = $1`,
    [customer],
  );
  return new Map(rows.map(({ id, object, state }) => [id, { object, state }]));
}

function differencesOf(before: Fingerprints, after: Fingerprints): Difference[] {
  return [...after]
    .filter(([id, { state }]) => before.get(id)?.state !== state)
    .map(([id, { object, state }]) => ({ object, id, ours: before.get(id)?.state ?? null, stripes: state }));
}

async function sendMissedUsage(ports: Ports, t: BillingTables, dryRun: boolean): Promise<Difference[]> {
  const { rows } = await ports.sql.query<{
    id: string;
    meter: string;
    quantity: string;
    usedAt: Date;
    customer: string;
  }>(
    `select u.id, u.meter, u.quantity, u.used_at as "usedAt", c.id as customer from ${t.usage} u
       join ${t.customer} c on c.organization_id = u.organization_id
      where u.reported_at is null and u.used_at > now() - interval '34 days' order by u.used_at limit 1000`,
  );
  for (const one of dryRun ? [] : rows)
    await sendUsage(ports, one.customer, { ...one, quantity: Number(one.quantity) });
  return rows.map(({ id, quantity }) => ({ object: "usage", id, ours: quantity, stripes: null }));
}
