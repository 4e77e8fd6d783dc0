import { beforeAll } from "vitest";
import { applyEvent } from "../../f/lib/stripe/apply_event.ts";
import { ensureCatalog } from "../../f/lib/stripe/catalog/ensure.ts";
import { ensureCustomer } from "../../f/lib/stripe/customers.ts";
import { ensureBilling } from "../../f/lib/stripe/ensure_billing.ts";
import { readBilling } from "../../f/lib/stripe/read_billing.ts";
import { accountsRoute } from "./accounts.ts";
import { BILLING } from "./billing_project.ts";
import { testStripe } from "./stripe.ts";
import { keep } from "./workspace_items.ts";

export const WEBHOOK_SECRET = "whsec_of_the_tests";

/** The billing routes of a project that sells plans, on an engine and a Stripe stand-in of the test file's own. */
export function billingRoutes() {
  const stripe = testStripe();
  const world = accountsRoute();
  const { project, schema } = world;

  beforeAll(async () => {
    await world.sql(async (sql) => {
      await ensureBilling(sql, project);
      await ensureCatalog({ sql, stripe: stripe.client() }, { project, billing: BILLING });
    });
    await keep(
      world.engine(),
      { "f/infra/stripe": stripe.connection() },
      { [`f/project_${schema}/stripe_webhook_secret`]: WEBHOOK_SECRET },
    );
  });

  const pathOf = (organization: string, act = "") =>
    `apps/${project}/organizations/${organization}/billing${act ? `/${act}` : ""}`;
  const billingOf = (organization: string) => world.sql((sql) => readBilling(sql, project, organization));
  return {
    ...world,
    stripe,
    pathOf,
    billingOf,
    /** The owner of an organization, and calls as them. */
    async buyer() {
      const { user, organization } = await world.owner();
      const token = await world.token(user);
      return {
        user,
        organization,
        token,
        get: () => world.call("GET", pathOf(organization), { token }),
        post: (act: string, body: object = {}) => world.call("POST", pathOf(organization, act), { token, body }),
      };
    },
    /** Makes the organization subscribe, as if its member had paid and every event had arrived. */
    async subscribe(
      { organization, user }: { organization: string; user: { email: string } },
      plan = "pro",
      card = "pm_card_visa",
    ) {
      const client = stripe.client();
      const customer = await world.sql((sql) =>
        ensureCustomer(sql, client, { project, organization, email: user.email }),
      );
      const method = await client.paymentMethods.attach(card, { customer });
      await client.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
      const { rows } = await world.sql((sql) =>
        sql.query(`select id, meter from ${schema}.billing_price where plan = $1 and interval = 'month' and active`, [
          plan,
        ]),
      );
      const subscription = await client.subscriptions.create({
        customer,
        items: rows.map(({ id }) => ({ price: id })),
      });
      await world.sql(async (sql) => {
        for await (const event of client.events.list({ limit: 100 })) {
          if ((event.data.object as { customer?: string }).customer === customer)
            await applyEvent({ sql, stripe: client, project }, event);
        }
      });
      return { customer, subscription };
    },
  };
}
