import pg from "pg";
import Stripe from "stripe";
import type { Contestant } from "../contestant.ts";

/** The handler of most guides: checks the signature, writes what the event says, adds credits when an invoice is paid. */
const plain: Contestant = async ({ db, stripeKey, secret, schema }) => {
  const sql = new pg.Client({ ...db, database: db.dbname });
  await sql.connect();
  const { webhooks } = new Stripe(stripeKey);
  return async (body, signature) => {
    const event = await webhooks.constructEventAsync(body, signature, secret);
    if (event.type.startsWith("customer.subscription.")) {
      const { id, customer, status, items, cancel_at } = event.data.object as Stripe.Subscription;
      const [item] = items.data;
      await sql.query(
        `insert into ${schema}.subscription (id, customer, status, price, current_period_end, cancel_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update set status = $3, price = $4, current_period_end = $5, cancel_at = $6`,
        [id, customer, status, item!.price.id, item!.current_period_end, cancel_at],
      );
    }
    if (event.type === "invoice.paid") {
      const { id, customer, billing_reason } = event.data.object;
      if (billing_reason === "subscription_update") return;
      await sql.query(`insert into ${schema}.credit (invoice, customer) values ($1, $2)`, [id, customer]);
    }
  };
};
export default plain;
