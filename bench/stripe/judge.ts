import type Stripe from "stripe";
import type { Sql } from "../../f/lib/postgres/connect.ts";

/** What a contestant believes, in one shape: its subscriptions, and how often each invoice's credits were granted. */
export type Belief = { subscriptions: Map<string, string>; grants: Map<string, number> };
export type Verdict = { wrongStates: number; doubleEffects: number; lost: number };

/** How each contestant's tables say that. */
export const BELIEFS: Record<string, (sql: Sql, schema: string) => Promise<Belief>> = {
  ours: (sql, schema) =>
    belief(
      sql,
      `select id, concat_ws(' ', status, price, extract(epoch from current_period_end)::bigint, extract(epoch from cancel_at)::bigint) as state from ${schema}.billing_subscription`,
      `select substr(id, 9) as invoice, 1 as times from ${schema}.billing_credit where id like 'invoice:%'`,
    ),
  plain: (sql, schema) =>
    belief(
      sql,
      `select id, concat_ws(' ', status, price, current_period_end, cancel_at) as state from ${schema}.subscription`,
      `select invoice, count(*)::int as times from ${schema}.credit group by invoice`,
    ),
  sync_engine: (sql) =>
    belief(
      sql,
      `select id, concat_ws(' ', status, items->'data'->0->'price'->>'id', items->'data'->0->>'current_period_end', cancel_at) as state from stripe.subscriptions`,
    ),
};

async function belief(sql: Sql, subscriptions: string, grants?: string): Promise<Belief> {
  const states = await sql.query<{ id: string; state: string }>(subscriptions);
  const granted = grants ? await sql.query<{ invoice: string; times: number }>(grants) : { rows: [] };
  return {
    subscriptions: new Map(states.rows.map(({ id, state }) => [id, state])),
    grants: new Map(granted.rows.map(({ invoice, times }) => [invoice, times])),
  };
}

/** Compares a belief with what Stripe has. `effects` says whether the contestant grants credits at all. */
export async function judge(stripe: Stripe, { subscriptions, grants }: Belief, effects: boolean): Promise<Verdict> {
  const verdict = { wrongStates: 0, doubleEffects: 0, lost: 0 };
  for await (const one of stripe.subscriptions.list({ status: "all", limit: 100 })) {
    const [item] = one.items.data;
    const state = [one.status, item!.price.id, item!.current_period_end, one.cancel_at]
      .filter((part) => part !== null)
      .join(" ");
    const believed = subscriptions.get(one.id);
    if (believed === undefined) verdict.lost += 1;
    else if (believed !== state) verdict.wrongStates += 1;
  }
  if (!effects) return verdict;
  for await (const { id, billing_reason } of stripe.invoices.list({ status: "paid", limit: 100 })) {
    const expected = billing_reason === "subscription_update" ? 0 : 1;
    const times = grants.get(id ?? "") ?? 0;
    if (times > expected) verdict.doubleEffects += times - expected;
    if (times < expected) verdict.lost += 1;
  }
  return verdict;
}
