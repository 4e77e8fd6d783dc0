import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { creditsOf } from "./credits.ts";
import { featuresOf, GRACE_DAYS, PAYS } from "./entitlements.ts";
import { billingTables } from "./tables.ts";

/** What an organization pays for and what it has of that. Amounts in minor units, times as ISO 8601 in UTC. */
export type Billing = {
  organization: string;
  /** The newest subscription, ended or not; null when there never was one. */
  subscription: BilledSubscription | null;
  features: string[];
  credits: number;
};

export type BilledSubscription = {
  id: string;
  plan: string | null;
  interval: string | null;
  status: string;
  amount: number | null;
  currency: string | null;
  quantity: number;
  currentPeriodEnd: string;
  /** When it ends by itself, for one that was canceled for the end of its period. */
  cancelAt: string | null;
  endedAt: string | null;
  trialEnd: string | null;
  /** Until when the features stay although a payment is missing. */
  graceUntil: string | null;
};

/** Reads what an organization has, from the project's own tables. */
export async function readBilling(sql: Sql, project: string, organization: string): Promise<Billing> {
  const t = billingTables(schemaOf(project));
  const { rows } = await sql.query<BilledSubscription>(
    `select s.id, price.plan, price.interval, s.status, (price.unit_amount * s.quantity)::float8 as amount, price.currency,
            s.quantity, ${iso("s.current_period_end")} as "currentPeriodEnd", ${iso("s.cancel_at")} as "cancelAt",
            ${iso("s.ended_at")} as "endedAt", ${iso("s.trial_end")} as "trialEnd",
            ${iso(`s.past_due_since + interval '${GRACE_DAYS} days'`)} as "graceUntil"
       from ${t.subscription} s join ${t.customer} c on c.id = s.customer left join ${t.price} price on price.id = s.price
      where c.organization_id = $1 order by ${PAYS("s")} desc, s.created_at desc, s.id limit 1`,
    [organization],
  );
  return {
    organization,
    subscription: rows[0] ?? null,
    features: await featuresOf(sql, project, { organization }),
    credits: await creditsOf(sql, project, organization),
  };
}

const iso = (column: string): string => `to_char((${column}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
