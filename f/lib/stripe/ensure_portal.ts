import { createHash } from "node:crypto";
import type Stripe from "stripe";
import { schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { asking, type StripeClient } from "./client.ts";
import { type BillingTables, billingTables } from "./tables.ts";

export type EnsuredPortal = { project: string; configuration: string; status: "created" | "updated" | "unchanged" };

/**
 * Makes the configuration of the hosted billing portal exist: customers see their invoices, change their card, cancel for
 * the end of the period, and change between the prices that are sold now, the difference billed at once.
 */
export async function ensurePortal(
  { sql, stripe }: { sql: Sql; stripe: StripeClient },
  { project, returnUrl }: { project: string; returnUrl: string },
): Promise<EnsuredPortal> {
  const tables = billingTables(schemaOf(project));
  const asked = { project, returnUrl };
  return operate({ sql, verb: "infra/stripe/ensure_portal", project, arguments: asked }, async () => {
    const wanted = { default_return_url: returnUrl, features: await featuresOf(sql, tables) };
    const digest = JSON.stringify(wanted);
    const known = await configurationOf(stripe, project);
    const recorded = known && (await setting(sql, tables, "portal")) === known.id && known.active;
    if (recorded && known.metadata?.wanted === shortened(digest)) {
      return { project, configuration: known.id, status: "unchanged" };
    }
    const metadata = { project, wanted: shortened(digest) };
    const { id } = await asking("write the portal's configuration", () =>
      known
        ? stripe.billingPortal.configurations.update(known.id, { ...wanted, metadata, active: true })
        : stripe.billingPortal.configurations.create(
            { ...wanted, metadata },
            { idempotencyKey: `portal:${project}:${shortened(digest)}` },
          ),
    );
    await sql.query(
      `insert into ${tables.setting} (key, value) values ('portal', $1) on conflict (key) do update set value = excluded.value`,
      [id],
    );
    return { project, configuration: id, status: known ? "updated" : "created" };
  });
}

export async function setting(sql: Sql, tables: BillingTables, key: string): Promise<string | undefined> {
  const { rows } = await sql.query<{ value: string }>(`select value from ${tables.setting} where key = $1`, [key]);
  return rows[0]?.value;
}

async function configurationOf(
  stripe: StripeClient,
  project: string,
): Promise<Stripe.BillingPortal.Configuration | undefined> {
  return asking("list portal configurations", async () => {
    for await (const one of stripe.billingPortal.configurations.list({ limit: 100 })) {
      if (one.metadata?.project === project) return one;
    }
    return undefined;
  });
}

async function featuresOf(sql: Sql, { plan, price }: BillingTables) {
  const { rows } = await sql.query<{ product: string; prices: string[] }>(
    `select plan.product, array_agg(price.id order by price.id) as prices from ${price} price join ${plan} plan on plan.key = price.plan
      where price.active and plan.active and price.meter is null group by plan.product order by plan.product`,
  );
  return {
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true, mode: "at_period_end" as const },
    subscription_update: rows.length
      ? {
          enabled: true,
          default_allowed_updates: ["price" as const],
          proration_behavior: "always_invoice" as const,
          products: rows,
        }
      : { enabled: false },
  };
}

/** What Stripe's metadata have room for. */
const shortened = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
