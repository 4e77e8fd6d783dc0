import type Stripe from "stripe";
import { schemaOf } from "../names.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { asking, type StripeClient, unlessMissing } from "./client.ts";
import { findCustomer } from "./customers.ts";
import { idOf, writeInvoice, writeSubscription } from "./sync.ts";
import { type BillingTables, billingTables } from "./tables.ts";

export type Outcome =
  /** Stored, and its effects with it. */
  | "applied"
  /** Stored; there is nothing that its type changes here. */
  | "kept"
  /** Stored before, with its effects. */
  | "duplicate"
  /** Of a customer of another project, or of none: not ours to store. */
  | "ignored";

export type EventPorts = { sql: Sql; stripe: StripeClient; project: string };
type Effect = (
  at: { sql: Sql; stripe: StripeClient; tables: BillingTables },
  id: string,
  said: Stripe.Event.Data.Object,
) => Promise<void>;

/**
 * Applies an event once. In one transaction: the customer's row is locked, the event's row written, the object it speaks of
 * read from Stripe and written as it is now. So the order of events does not matter, a copy of one waits for the first and
 * finds it done, and a process that dies leaves nothing: Stripe sends the event again.
 * Throws Upstream when Stripe or Postgres does not answer.
 */
export async function applyEvent({ sql, stripe, project }: EventPorts, event: Stripe.Event): Promise<Outcome> {
  const tables = billingTables(schemaOf(project));
  const object = event.data.object as Stripe.Event.Data.Object & { id?: string; object: string; customer?: string };
  const customer = object.object === "customer" ? object.id : idOf(object.customer);
  if (!customer || !(await findCustomer(sql, stripe, project, customer))) return "ignored";
  const effect = effectOf(event.type);
  return transaction(sql, async () => {
    await sql.query(`select 1 from ${tables.customer} where id = $1 for no key update`, [customer]);
    const { rowCount: first } = await sql.query(
      `insert into ${tables.event} (id, type, object, customer, created_at, applied_at, outcome, payload)
       values ($1, $2, $3, $4, to_timestamp($5), now(), $6, $7) on conflict (id) do nothing`,
      [
        event.id,
        event.type,
        object.id ?? "",
        customer,
        event.created,
        effect ? "applied" : "kept",
        JSON.stringify(event),
      ],
    );
    if (!first) return "duplicate";
    if (!effect || !object.id) return "kept";
    await effect({ sql, stripe, tables }, object.id, event.data.object);
    return "applied";
  });
}

const EFFECTS: [prefix: string, effect: Effect][] = [
  ["customer.subscription.", (at, id, said) => syncSubscription(at, id, said as Stripe.Subscription)],
  ["invoice.", (at, id) => syncInvoice(at, id)],
  ["checkout.session.completed", (at, id) => syncCheckout(at, id)],
];
/** What Stripe sends ahead of an invoice has no id and changes nothing. */
const WITHOUT_EFFECT = new Set(["invoice.upcoming"]);

const effectOf = (type: string): Effect | undefined =>
  WITHOUT_EFFECT.has(type) ? undefined : EFFECTS.find(([prefix]) => type.startsWith(prefix))?.[1];

/** A subscription that Stripe has forgotten is written as its last event shows it: with a test clock it goes for good. */
async function syncSubscription({ sql, stripe, tables }: Parameters<Effect>[0], id: string, said: Stripe.Subscription) {
  const expand = ["latest_invoice"];
  const found = await asking("read a subscription", () =>
    unlessMissing(() => stripe.subscriptions.retrieve(id, { expand })),
  );
  await writeSubscription(sql, tables, found ?? said);
}

async function syncInvoice({ sql, stripe, tables }: Parameters<Effect>[0], id: string) {
  const found = await asking("read an invoice", () => unlessMissing(() => stripe.invoices.retrieve(id)));
  if (found) await writeInvoice(sql, tables, found);
}

/** What was bought: its own events may come later, and the buyer is back on the page before them. */
async function syncCheckout({ sql, stripe, tables }: Parameters<Effect>[0], id: string) {
  const expand = ["subscription.latest_invoice"];
  const session = await asking("read a checkout", () =>
    unlessMissing(() => stripe.checkout.sessions.retrieve(id, { expand })),
  );
  const subscription = session?.subscription;
  if (typeof subscription !== "object" || subscription === null) return;
  await writeSubscription(sql, tables, subscription);
  if (typeof subscription.latest_invoice === "object" && subscription.latest_invoice) {
    await writeInvoice(sql, tables, subscription.latest_invoice);
  }
}
