import { beforeAll } from "vitest";
import { ensureAccounts } from "../../f/lib/accounts/ensure.ts";
import { schemaOf } from "../../f/lib/names.ts";
import { type Sql, withPostgres } from "../../f/lib/postgres/connect.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import { applyEvent } from "../../f/lib/stripe/apply_event.ts";
import { ensureCatalog } from "../../f/lib/stripe/catalog/ensure.ts";
import { ensureCustomer } from "../../f/lib/stripe/customers.ts";
import { ensureBilling } from "../../f/lib/stripe/ensure_billing.ts";
import { addOwner } from "./accounts.ts";
import { testDatabase, uniqueProject } from "./database.ts";
import { projectSchema } from "./project_schema.ts";
import { testStripe } from "./stripe.ts";

/** What the tests' project sells. */
export const BILLING = {
  currency: "usd",
  plans: [
    { key: "free", name: "Free", features: ["read"] },
    {
      key: "pro",
      name: "Pro",
      prices: [
        { interval: "month", amount: 1900 },
        { interval: "year", amount: 19_000 },
      ],
      features: ["read", "export"],
      credits: 100,
    },
    {
      key: "team",
      name: "Team",
      prices: [{ interval: "month", amount: 4900 }],
      features: ["read", "export", "share"],
      credits: 500,
    },
    { key: "trial", name: "Trial", prices: [{ interval: "month", amount: 900 }], features: ["export"], trialDays: 14 },
    {
      key: "metered",
      name: "Metered",
      prices: [{ interval: "month", amount: 500 }],
      usage: { meter: "calls", unitAmount: 2 },
    },
  ],
};

/** A project with accounts and plans on the real Postgres, against a Stripe stand-in of the test file's own. */
export function billingProject(billing: object = BILLING) {
  const db = testDatabase();
  const stripe = testStripe();
  const project = `my-${uniqueProject()}`;
  const schema = schemaOf(project);
  let app: PostgresqlValue;

  beforeAll(async () => {
    app = await withPostgres(db, async (sql) => {
      const connections = await projectSchema(sql, db, project);
      await ensureAccounts(sql, { project, signUp: "open" });
      await ensureBilling(sql, project);
      await ensureCatalog({ sql, stripe: stripe.client() }, { project, billing });
      return connections.app;
    });
  });

  const asOwner = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => withPostgres(db, work);
  /** As the routes work: with the project's app role. */
  const asApp = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => withPostgres(app, work);
  const priceOf = async (plan: string, interval = "month"): Promise<string> => {
    const { rows } = await asOwner((sql) =>
      sql.query(
        `select id from ${schema}.billing_price where plan = $1 and interval = $2 and active and meter is null`,
        [plan, interval],
      ),
    );
    return rows[0].id;
  };
  return {
    db,
    project,
    schema,
    stripe,
    asOwner,
    asApp,
    priceOf,
    rows: async (table: string) =>
      (await asOwner((sql) => sql.query(`select * from ${schema}.${table} order by 1`))).rows,
    /** An organization that is a customer, with a card that works, or the one named. */
    async payer(card = "pm_card_visa") {
      const { organization, user } = await asOwner((sql) => addOwner(sql, project));
      const client = stripe.client();
      const customer = await asApp((sql) => ensureCustomer(sql, client, { project, organization, email: user.email }));
      const method = await client.paymentMethods.attach(card, { customer });
      await client.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
      return { organization, user, customer };
    },
    async subscribe(customer: string, plan = "pro", more: object = {}) {
      const items = [{ price: await priceOf(plan) }];
      return stripe.client().subscriptions.create({ customer, items, ...more });
    },
    /** Every event of a customer as Stripe keeps them, oldest first. */
    async eventsOf(customer: string) {
      const found = [];
      for await (const event of stripe.client().events.list({ limit: 100 })) {
        if ((event.data.object as { customer?: string }).customer === customer) found.push(event);
      }
      return found.reverse();
    },
    apply: (event: Parameters<typeof applyEvent>[1]) =>
      asApp((sql) => applyEvent({ sql, stripe: stripe.client(), project }, event)),
  };
}
