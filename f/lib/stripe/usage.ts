import { ConflictError, NotFoundError } from "../errors.ts";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { eventNameOf } from "./catalog/wanted.ts";
import { asking, type StripeClient } from "./client.ts";
import { billingTables } from "./tables.ts";

export type Usage = { organization: string; meter: string; quantity: number; id: string };
type Ports = { sql: Sql; stripe: StripeClient; project: string };

/**
 * Reports what an organization used, once per `id`. It is written down first, so that a report that does not reach Stripe
 * is sent by the nightly reconciliation. Throws NotFound for an organization that pays for nothing by that meter, Conflict
 * when the id was used for something else.
 */
export async function reportUsage(
  ports: Ports,
  usage: Usage,
): Promise<{ id: string; status: "reported" | "duplicate" }> {
  const { sql, project } = ports;
  const t = billingTables(schemaOf(project));
  const { rows: payers } = await sql.query<{ customer: string }>(
    `select c.id as customer from ${t.customer} c
      where c.organization_id = $1 and exists (
        select 1 from ${t.subscription} s join ${t.price} p on p.id = s.price join ${t.price} used on used.plan = p.plan
         where s.customer = c.id and s.status in ('active', 'trialing', 'past_due') and used.meter is not null)`,
    [usage.organization],
  );
  if (!payers[0]) {
    throw new NotFoundError("The organization has no running subscription that is billed by use", {
      hint: "Begin a checkout of a plan with usage first.",
    });
  }
  const { rows } = await sql.query<{ same: boolean; sent: boolean }>(
    `with written as (
       insert into ${t.usage} (id, organization_id, meter, quantity) values ($1, $2, $3, $4)
       on conflict (id) do nothing returning id)
     select organization_id = $2 and meter = $3 and quantity = $4 as same, reported_at is not null as sent
       from ${t.usage} where id = $1 union all select true, false from written`,
    [usage.id, usage.organization, usage.meter, usage.quantity],
  );
  const [found] = rows;
  if (!found?.same) {
    throw new ConflictError("This usage id was reported before with other values", {
      hint: "Choose a new id for new usage.",
    });
  }
  if (found.sent) return { id: usage.id, status: "duplicate" };
  await sendUsage(ports, payers[0].customer, usage);
  return { id: usage.id, status: "reported" };
}

/** Sends one report; Stripe takes an identifier once, so a report that arrived unheard counts as sent. */
export async function sendUsage(
  { sql, stripe, project }: Ports,
  customer: string,
  { id, meter, quantity, usedAt }: { id: string; meter: string; quantity: number; usedAt?: Date },
): Promise<void> {
  const { usage } = billingTables(schemaOf(project));
  await asking("report usage", async () => {
    try {
      await stripe.billing.meterEvents.create({
        event_name: eventNameOf(project, meter),
        identifier: `${schemaOf(project)}:${id}`.slice(0, 100),
        payload: { stripe_customer_id: customer, value: String(quantity) },
        ...(usedAt ? { timestamp: Math.floor(usedAt.getTime() / 1000) } : {}),
      });
    } catch (error) {
      if (!/already exists with identifier/.test((error as Error).message)) throw error;
    }
  });
  await sql.query(`update ${usage} set reported_at = now() where id = $1`, [id]);
}
