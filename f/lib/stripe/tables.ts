import { identifier } from "../postgres/quote.ts";

/** What a project knows of its money. Stripe is the truth; these tables are what an app asks without asking Stripe. */
export const BILLING_TABLES = [
  "billing_migration",
  "billing_setting",
  "billing_plan",
  "billing_price",
  "billing_customer",
  "billing_subscription",
  "billing_invoice",
  "billing_event",
  "billing_credit",
  "billing_usage",
] as const;

export type BillingTables = ReturnType<typeof billingTables>;

/** Their full names in a project's schema, quoted. */
export function billingTables(schema: string) {
  const table = (name: (typeof BILLING_TABLES)[number]) => `${identifier(schema)}.${name}`;
  return {
    organization: `${identifier(schema)}.organization`,
    migration: table("billing_migration"),
    setting: table("billing_setting"),
    plan: table("billing_plan"),
    price: table("billing_price"),
    customer: table("billing_customer"),
    subscription: table("billing_subscription"),
    invoice: table("billing_invoice"),
    event: table("billing_event"),
    credit: table("billing_credit"),
    usage: table("billing_usage"),
  };
}
