import type Stripe from "stripe";
import * as z from "zod";
import { DAY } from "../billing/calendar.ts";
import { endpoint } from "../http/call.ts";
import { integer, mergedMetadata, metadata, paging, text } from "../http/fields.ts";
import { invalid, unsupported } from "../http/problem.ts";
import { change, type World } from "../world.ts";
import type { SessionMemo } from "./complete_session.ts";
import { pricesOf } from "./subscription.ts";

const KIND = "checkout.session";

const wanted = z.strictObject({
  mode: z.enum(["subscription", "payment", "setup"]),
  success_url: text,
  cancel_url: text.optional(),
  customer: text.optional(),
  customer_email: text.optional(),
  client_reference_id: text.max(200).optional(),
  line_items: z.array(z.strictObject({ price: text, quantity: integer.pipe(z.number().min(1)).optional() })).min(1),
  metadata: metadata.optional(),
  subscription_data: z
    .strictObject({
      metadata: metadata.optional(),
      trial_period_days: integer.pipe(z.number().min(1)).optional(),
      trial_settings: z
        .strictObject({
          end_behavior: z.strictObject({ missing_payment_method: z.enum(["cancel", "create_invoice", "pause"]) }),
        })
        .optional(),
    })
    .optional(),
  expires_at: integer.optional(),
});

export const createSession = endpoint(wanted, (world, params) => {
  if (params.mode !== "subscription") throw unsupported(`checkout sessions of mode ${params.mode}`);
  if (params.customer) world.store.get(params.customer, "customer", "customer");
  if (params.customer && params.customer_email) {
    throw invalid("You may only specify one of these parameters: customer, customer_email.", "customer_email");
  }
  const session = newSession(world, params);
  const trial = params.subscription_data;
  world.store.keepMemo(session.id, {
    // A metered item has no quantity: what was used says how much it costs.
    items: params.line_items,
    metadata: mergedMetadata({}, trial?.metadata),
    ...(trial?.trial_period_days ? { trialDays: trial.trial_period_days } : {}),
    ...(trial?.trial_settings
      ? { missingPaymentMethod: trial.trial_settings.end_behavior.missing_payment_method }
      : {}),
  } satisfies SessionMemo);
  return world.store.put(session);
});

export const expireSession = endpoint(z.strictObject({}), (world, _, { id = "" }) => {
  const session = world.store.get<Stripe.Checkout.Session>(id, KIND);
  if (session.status !== "open") throw invalid('Only Checkout Sessions with a status in ["open"] can be expired.');
  const expired = change(world, session, { status: "expired", url: null });
  world.emit("checkout.session.expired", expired);
  return expired;
});

export const listSessions = endpoint(
  z.strictObject({ ...paging, customer: text.optional(), subscription: text.optional() }),
  (world, { customer, subscription, ...page }) => {
    const found = world.store
      .all<Stripe.Checkout.Session>(KIND, customer)
      .filter((one) => !subscription || one.subscription === subscription);
    return world.store.list("/v1/checkout/sessions", found, page);
  },
);

function newSession(world: World, params: z.output<typeof wanted>): Stripe.Checkout.Session {
  const prices = pricesOf(world, params.line_items);
  const now = world.now(params.customer);
  const id = world.id("cs_test");
  const full = prices.reduce(
    (sum, price, index) => sum + (price.unit_amount ?? 0) * (params.line_items[index]!.quantity ?? 0),
    0,
  );
  const total = params.subscription_data?.trial_period_days ? 0 : full;
  return {
    id,
    object: KIND,
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: now,
    currency: prices[0]!.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: params.customer ?? null,
    customer_account: null,
    customer_creation: params.customer ? null : "always",
    customer_details: null,
    customer_email: params.customer_email ?? null,
    discounts: [],
    expires_at: params.expires_at ?? now + DAY,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: mergedMetadata({}, params.metadata),
    mode: "subscription",
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: "always",
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ["card"],
    payment_status: "unpaid",
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: "open",
    submit_type: null,
    subscription: null,
    success_url: params.success_url,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: "hosted_page",
    url: `${world.url}/c/pay/${id}`,
    wallet_options: null,
  };
}
