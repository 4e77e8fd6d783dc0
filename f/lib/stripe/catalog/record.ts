import type Stripe from "stripe";
import { type Sql, transaction } from "../../postgres/connect.ts";
import type { BillingTables } from "../tables.ts";
import type { Billing } from "./definition.ts";
import { productId } from "./wanted.ts";

/** Plans of earlier calls, sold or not. */
export async function recordedPlans(sql: Sql, { plan }: BillingTables): Promise<string[]> {
  const { rows } = await sql.query<{ key: string }>(`select key from ${plan} where active and not free`);
  return rows.map(({ key }) => key);
}

/** Writes plans and prices as they are sold now; those of earlier times stay, for whoever still pays them. */
export async function recordCatalog(
  sql: Sql,
  t: BillingTables,
  project: string,
  billing: Billing,
  prices: Stripe.Price[],
): Promise<void> {
  const plans = billing.plans.map((plan, position) => ({
    ...plan,
    product: productId(project, plan.key),
    free: plan.prices.length === 0,
    position,
  }));
  await transaction(sql, async () => {
    await sql.query(
      `insert into ${t.plan} (key, product, name, features, credits, trial_days, free, position, active)
       select key, product, name, array(select jsonb_array_elements_text(features)), credits, "trialDays", free, position, true
         from jsonb_to_recordset($1) as x(key text, product text, name text, features jsonb, credits bigint,
                                          "trialDays" int, free boolean, position int)
       on conflict (key) do update set product = excluded.product, name = excluded.name, features = excluded.features,
         credits = excluded.credits, trial_days = excluded.trial_days, free = excluded.free,
         position = excluded.position, active = true`,
      [JSON.stringify(plans)],
    );
    await sql.query(`update ${t.plan} set active = false where active and key <> all($1)`, [
      plans.map(({ key }) => key),
    ]);
    await sql.query(
      `insert into ${t.price} (id, plan, interval, currency, unit_amount, meter, active)
       select id, plan, interval, currency, unit_amount, meter, true
         from jsonb_to_recordset($1) as x(id text, plan text, interval text, currency text, unit_amount bigint, meter text)
       on conflict (id) do update set active = true`,
      [JSON.stringify(prices.map(row))],
    );
    await sql.query(`update ${t.price} set active = false where active and id <> all($1)`, [
      prices.map(({ id }) => id),
    ]);
  });
}

const row = ({ id, metadata, recurring, currency, unit_amount }: Stripe.Price) => ({
  id,
  plan: metadata.plan,
  interval: recurring!.interval,
  currency,
  unit_amount,
  meter: recurring!.meter,
});
