import type Stripe from "stripe";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { asking, type StripeClient, unlessMissing } from "./client.ts";
import { billingTables } from "./tables.ts";

export type Payer = { project: string; organization: string; email: string };

/**
 * The Stripe customer of an organization, made when there is none. Two callers at once get the same one: the idempotency
 * key is derived from the organization, and a caller that dies before it wrote the id finds the customer again.
 */
export async function ensureCustomer(
  sql: Sql,
  stripe: StripeClient,
  { project, organization, email }: Payer,
): Promise<string> {
  const { customer } = billingTables(schemaOf(project));
  const { rows } = await sql.query<{ id: string }>(`select id from ${customer} where organization_id = $1`, [
    organization,
  ]);
  if (rows[0]) return rows[0].id;
  // Without the address: members who buy at the same moment have different ones, and a key stands for one request.
  const { id } = await asking("create a customer", () =>
    stripe.customers.create(
      { metadata: { project, organization } },
      { idempotencyKey: `customer:${project}:${organization}` },
    ),
  );
  await asking("name a customer", () => stripe.customers.update(id, { email }));
  await rememberCustomer(sql, project, id, organization);
  return id;
}

/** Whose customer it is: from our own table, or from what we wrote on the customer in Stripe. Nothing for a stranger's. */
export async function findCustomer(sql: Sql, stripe: StripeClient, project: string, id: string): Promise<boolean> {
  const { customer } = billingTables(schemaOf(project));
  const { rowCount } = await sql.query(`select 1 from ${customer} where id = $1`, [id]);
  if (rowCount) return true;
  const found = await asking("read a customer", () => unlessMissing(() => stripe.customers.retrieve(id)));
  return found !== undefined && rememberStripeCustomer(sql, project, found);
}

/** Takes over a customer that we made and then forgot; says no for one of another project or organization. */
export async function rememberStripeCustomer(
  sql: Sql,
  project: string,
  found: Stripe.Customer | Stripe.DeletedCustomer,
): Promise<boolean> {
  const { project: owner, organization } = found.deleted ? {} : found.metadata;
  if (owner !== project || !organization) return false;
  return rememberCustomer(sql, project, found.id, organization);
}

async function rememberCustomer(sql: Sql, project: string, id: string, organization: string): Promise<boolean> {
  const { customer, organization: organizations } = billingTables(schemaOf(project));
  const { rowCount } = await sql.query(
    `insert into ${customer} (id, organization_id) select $1, id from ${organizations} where id::text = $2
     on conflict do nothing`,
    [id, organization],
  );
  if (rowCount) return true;
  const known = await sql.query(`select 1 from ${customer} where id = $1`, [id]);
  return Boolean(known.rowCount);
}
