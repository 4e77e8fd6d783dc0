import type { Sql } from "../postgres/connect.ts";
import { asking, type StripeClient } from "./client.ts";
import type { Ending } from "./endings.ts";
import { type Billing, readBilling } from "./read_billing.ts";
import { rereadSubscription, runningSubscription } from "./subscription.ts";

/**
 * Ends an organization's subscription, or takes back an end that has not come yet. What is so already is left alone.
 * Throws NotFound when nothing is running.
 */
export async function cancelSubscription(
  ports: { sql: Sql; stripe: StripeClient; project: string },
  { organization, ending }: { organization: string; ending: Ending },
): Promise<Billing> {
  const { stripe, sql, project } = ports;
  const subscription = await runningSubscription(ports, organization);
  const atPeriodEnd = ending === "period_end";
  if (ending === "now") await asking("cancel a subscription", () => stripe.subscriptions.cancel(subscription.id));
  else if (subscription.cancel_at_period_end !== atPeriodEnd) {
    await asking("cancel a subscription", () =>
      stripe.subscriptions.update(subscription.id, { cancel_at_period_end: atPeriodEnd }),
    );
  }
  await rereadSubscription(ports, subscription);
  return readBilling(sql, project, organization);
}
