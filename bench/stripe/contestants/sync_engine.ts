import { join } from "node:path";
import type Stripe from "stripe";
import { stripeClient } from "../../../f/lib/stripe/client.ts";
import type { Contestant } from "../contestant.ts";

type Engine = { stripe: Stripe; processWebhook(body: string, signature: string): Promise<void> };
type Package = { StripeSync: new (config: object) => Engine };

export const RIVAL = join(import.meta.dirname, "../../rivals/stripe-sync-engine");

/** Supabase's engine with what its documentation recommends against stale events: objects are read from Stripe again. */
const syncEngine: Contestant = async ({ db, stripeUrl, stripeKey, secret }) => {
  const { StripeSync } = (await import(
    join(RIVAL, "node_modules/@supabase/stripe-sync-engine/dist/index.js")
  )) as Package;
  const engine = new StripeSync({
    poolConfig: { ...db, database: db.dbname, max: 2 },
    stripeSecretKey: stripeKey,
    stripeWebhookSecret: secret,
    schema: "stripe",
    backfillRelatedEntities: false,
    revalidateObjectsViaStripeApi: ["subscription", "invoice"],
  });
  // Its client has no setting for the address of the API.
  engine.stripe = await stripeClient({ token: stripeKey, baseUrl: stripeUrl });
  return (body, signature) => engine.processWebhook(body, signature);
};
export default syncEngine;
