import type Stripe from "stripe";
import { asking, type StripeClient } from "./client.ts";

/** How many subscriptions to a project's plans still run, and so still charge. */
export async function runningSubscriptions(stripe: StripeClient, project: string): Promise<number> {
  let running = 0;
  for (const { id } of await pricesOf(stripe, project)) {
    await asking("list subscriptions", async () => {
      for await (const { status } of stripe.subscriptions.list({ price: id, limit: 100 })) {
        if (status !== "canceled" && status !== "incomplete_expired") running += 1;
      }
    });
  }
  return running;
}

/** Takes a project's plans off sale; Stripe keeps them for the invoices that name them. */
export async function retireCatalog(stripe: StripeClient, project: string): Promise<void> {
  for (const { id, active } of await pricesOf(stripe, project)) {
    if (active) await asking("retire a price", () => stripe.prices.update(id, { active: false }));
  }
  for (const { id, active } of await productsOf(stripe, project)) {
    if (active) await asking("retire a product", () => stripe.products.update(id, { active: false }));
  }
}

function productsOf(stripe: StripeClient, project: string): Promise<Stripe.Product[]> {
  return asking("list products", async () => {
    const found: Stripe.Product[] = [];
    for await (const one of stripe.products.list({ limit: 100 })) if (one.metadata.project === project) found.push(one);
    return found;
  });
}

async function pricesOf(stripe: StripeClient, project: string): Promise<Stripe.Price[]> {
  const found: Stripe.Price[] = [];
  for (const product of await productsOf(stripe, project)) {
    await asking("list prices", async () => {
      for await (const one of stripe.prices.list({ product: product.id, limit: 100 })) found.push(one);
    });
  }
  return found;
}
