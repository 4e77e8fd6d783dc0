import { accountTables } from "../accounts/tables.ts";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { billingTables } from "./tables.ts";

/** How long what is paid for goes on after a payment was missed. */
export const GRACE_DAYS = 7;

export type Entitled = { user: string } | { organization: string };

/**
 * Whether a user, through one of their organizations, or an organization has a feature now: a paid plan that is active, in
 * trial, or past due for less than the days of grace; or a free plan that has it. One statement, no call to Stripe.
 */
export async function can(sql: Sql, project: string, who: Entitled, feature: string): Promise<boolean> {
  return (await featuresOf(sql, project, who)).includes(feature);
}

/** Every feature that `can` says yes to, in order. */
export async function featuresOf(sql: Sql, project: string, who: Entitled): Promise<string[]> {
  const schema = schemaOf(project);
  const t = billingTables(schema);
  const { member } = accountTables(schema);
  const organizations = "user" in who ? `select organization_id from ${member} where user_id = $1` : "select $1::uuid";
  const { rows } = await sql.query<{ feature: string }>(
    `select distinct unnest(plan.features) as feature from ${t.plan} plan
      where (plan.free and plan.active) or plan.key in (
        select price.plan from ${t.subscription} s
          join ${t.customer} c on c.id = s.customer join ${t.price} price on price.id = s.price
         where c.organization_id in (${organizations}) and ${PAYS("s")})
      order by feature`,
    ["user" in who ? who.user : who.organization],
  );
  return rows.map(({ feature }) => feature);
}

/** Whether a subscription, under this name in a query, gives what its plan has. */
export const PAYS = (name: string): string =>
  `(${name}.status in ('active', 'trialing')
    or ${name}.status = 'past_due' and ${name}.past_due_since > now() - interval '${GRACE_DAYS} days')`;
