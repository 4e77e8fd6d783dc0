import type { BillingTables } from "./tables.ts";

/** One step of the billing tables. A step that has landed is never edited: a change is a further step. */
export type BillingMigration = { name: string; statements: (tables: BillingTables) => string[] };

/** Amounts are integers in the currency's minor unit; times are what Stripe says, not when we heard of it. */
export const BILLING_MIGRATIONS: BillingMigration[] = [
  {
    name: "0001_billing",
    statements: (t) => [
      `create table ${t.setting} (key text primary key, value text not null)`,
      `create table ${t.plan} (
         key text primary key check (length(key) <= 40),
         product text not null,
         name text not null,
         features text[] not null default '{}',
         credits bigint not null default 0 check (credits >= 0),
         trial_days integer not null default 0,
         free boolean not null default false,
         position integer not null,
         active boolean not null default true
       )`,
      `create table ${t.price} (
         id text primary key,
         plan text not null references ${t.plan},
         interval text not null check (interval in ('day', 'week', 'month', 'year')),
         currency text not null,
         unit_amount bigint not null check (unit_amount >= 0),
         meter text,
         active boolean not null default true
       )`,
      `create index billing_price_plan on ${t.price} (plan)`,
      `create table ${t.customer} (
         id text primary key,
         organization_id uuid not null unique references ${t.organization},
         created_at timestamptz not null default now()
       )`,
      `create table ${t.subscription} (
         id text primary key,
         customer text not null references ${t.customer} on delete cascade,
         status text not null,
         price text not null,
         quantity integer not null,
         current_period_start timestamptz not null,
         current_period_end timestamptz not null,
         cancel_at timestamptz,
         canceled_at timestamptz,
         ended_at timestamptz,
         trial_end timestamptz,
         past_due_since timestamptz,
         created_at timestamptz not null,
         synced_at timestamptz not null default now()
       )`,
      `create index billing_subscription_customer on ${t.subscription} (customer, created_at desc)`,
      `create table ${t.invoice} (
         id text primary key,
         customer text not null references ${t.customer} on delete cascade,
         subscription text,
         number text,
         status text not null,
         reason text,
         currency text not null,
         amount_due bigint not null,
         amount_paid bigint not null,
         total bigint not null,
         period_start timestamptz not null,
         period_end timestamptz not null,
         created_at timestamptz not null,
         paid_at timestamptz,
         hosted_url text,
         synced_at timestamptz not null default now()
       )`,
      `create index billing_invoice_customer on ${t.invoice} (customer, created_at desc)`,
      `create table ${t.event} (
         id text primary key,
         type text not null,
         object text not null,
         customer text,
         created_at timestamptz not null,
         received_at timestamptz not null default now(),
         applied_at timestamptz not null,
         outcome text not null check (outcome in ('applied', 'kept')),
         payload jsonb not null
       )`,
      `create index billing_event_created_at on ${t.event} (created_at desc, id)`,
      `create index billing_event_customer on ${t.event} (customer)`,
      `create table ${t.credit} (
         id text primary key check (length(id) <= 200),
         organization_id uuid not null references ${t.organization},
         amount bigint not null,
         reason text not null,
         created_at timestamptz not null default now()
       )`,
      `create index billing_credit_organization on ${t.credit} (organization_id, created_at desc)`,
      `create table ${t.usage} (
         id text primary key check (length(id) <= 200),
         organization_id uuid not null references ${t.organization},
         meter text not null,
         quantity bigint not null check (quantity > 0),
         used_at timestamptz not null default now(),
         reported_at timestamptz
       )`,
      `create index billing_usage_organization on ${t.usage} (organization_id, used_at desc)`,
      `create index billing_usage_unreported on ${t.usage} (used_at) where reported_at is null`,
    ],
  },
];
