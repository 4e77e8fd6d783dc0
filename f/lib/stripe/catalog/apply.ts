import { asking, type StripeClient } from "../client.ts";
import type { Change } from "./changes.ts";
import type { WantedPrice } from "./wanted.ts";

/**
 * Makes Stripe hold what is wanted. Every call names its object or has a derived idempotency key, so a call that is
 * repeated after a kill makes nothing twice.
 */
export async function applyChanges(
  stripe: StripeClient,
  project: string,
  changes: Change[],
  meters: Map<string, string>,
): Promise<void> {
  for (const change of changes) {
    await asking(change.action.replace("_", " a "), () => apply(stripe, project, change, meters));
  }
}

async function apply(
  stripe: StripeClient,
  project: string,
  change: Change,
  meters: Map<string, string>,
): Promise<unknown> {
  switch (change.action) {
    case "create_product": {
      const { id, name, plan } = change.product;
      return stripe.products.create({ id, name, metadata: { project, plan } });
    }
    case "update_product":
      return stripe.products.update(change.product.id, { name: change.product.name, active: true });
    case "create_meter": {
      const meter = await stripe.billing.meters.create(
        {
          display_name: change.meter.name,
          event_name: change.meter.eventName,
          default_aggregation: { formula: "sum" },
        },
        { idempotencyKey: `meter:${change.meter.eventName}` },
      );
      return meters.set(meter.event_name, meter.id);
    }
    case "create_price":
      return createPrice(stripe, project, change.price, meters);
    case "sell_price":
      return stripe.prices.update(change.id, {
        active: true,
        lookup_key: change.price.lookupKey,
        transfer_lookup_key: true,
      });
    case "retire_price":
      return stripe.prices.update(change.id, { active: false });
    case "retire_product":
      return stripe.products.update(change.id, { active: false });
  }
}

function createPrice(stripe: StripeClient, project: string, price: WantedPrice, meters: Map<string, string>) {
  const { lookupKey, plan, product, interval, currency, unitAmount, eventName } = price;
  const meter = eventName ? meters.get(eventName) : undefined;
  return stripe.prices.create(
    {
      product,
      currency,
      unit_amount: unitAmount,
      lookup_key: lookupKey,
      transfer_lookup_key: true,
      metadata: { project, plan },
      recurring: { interval, ...(meter ? { usage_type: "metered" as const, meter } : {}) },
    },
    { idempotencyKey: `price:${lookupKey}:${currency}:${unitAmount}:${meter ?? ""}` },
  );
}
