import type Stripe from "stripe";
import { asking, type StripeClient } from "./client.ts";

/** Where Stripe sends a project's events: usually one endpoint, two during a rotation. */
export function webhooksOf(stripe: StripeClient, project: string): Promise<Stripe.WebhookEndpoint[]> {
  return asking("list webhook endpoints", async () => {
    const found: Stripe.WebhookEndpoint[] = [];
    for await (const one of stripe.webhookEndpoints.list({ limit: 100 })) {
      if (one.metadata.project === project) found.push(one);
    }
    return found;
  });
}

/** Stripe sends nothing more; what happens meanwhile is taken in by `replay_events` for 30 days. */
export async function disableWebhooks(stripe: StripeClient, project: string): Promise<void> {
  for (const { id, status } of await webhooksOf(stripe, project)) {
    if (status === "enabled") {
      await asking("disable a webhook endpoint", () => stripe.webhookEndpoints.update(id, { disabled: true }));
    }
  }
}

export async function deleteWebhooks(stripe: StripeClient, project: string): Promise<void> {
  for (const { id } of await webhooksOf(stripe, project)) {
    await asking("delete a webhook endpoint", () => stripe.webhookEndpoints.del(id));
  }
}
