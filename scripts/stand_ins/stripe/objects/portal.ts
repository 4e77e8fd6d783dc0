import type Stripe from "stripe";
import * as z from "zod";
import { endpoint } from "../http/call.ts";
import { flag, mergedMetadata, metadata, paging, text } from "../http/fields.ts";
import { invalid } from "../http/problem.ts";
import { change, type World } from "../world.ts";

type Configuration = Stripe.BillingPortal.Configuration;
const KIND = "billing_portal.configuration";

const enabled = z.strictObject({ enabled: flag });
const features = z.strictObject({
  invoice_history: enabled.optional(),
  payment_method_update: enabled.optional(),
  subscription_cancel: z
    .strictObject({ enabled: flag, mode: z.enum(["at_period_end", "immediately"]).optional() })
    .optional(),
  subscription_update: z
    .strictObject({
      enabled: flag,
      default_allowed_updates: z.array(z.enum(["price", "quantity"])).optional(),
      proration_behavior: z.enum(["create_prorations", "always_invoice", "none"]).optional(),
      products: z.array(z.strictObject({ product: text, prices: z.array(text) })).optional(),
    })
    .optional(),
});
const fields = {
  business_profile: z
    .strictObject({
      headline: text.optional(),
      privacy_policy_url: text.optional(),
      terms_of_service_url: text.optional(),
    })
    .optional(),
  default_return_url: text.optional(),
  metadata: metadata.optional(),
  name: text.optional(),
};

export const createConfiguration = endpoint(z.strictObject({ ...fields, features }), (world, params) => {
  const now = world.now();
  const first = world.store.all(KIND).length === 0;
  return world.store.put<Configuration>({
    id: world.id("bpc"),
    object: KIND,
    active: true,
    application: null,
    business_profile: {
      headline: null,
      privacy_policy_url: null,
      terms_of_service_url: null,
      ...params.business_profile,
    },
    created: now,
    default_return_url: params.default_return_url ?? null,
    features: featuresOf(params.features),
    is_default: first,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: mergedMetadata({}, params.metadata),
    name: params.name ?? null,
    updated: now,
  });
});

export const updateConfiguration = endpoint(
  z.strictObject({ ...fields, features: features.optional(), active: flag.optional() }),
  (world, { features: changes, metadata: changedMetadata, business_profile, ...params }, { id = "" }) => {
    const before = world.store.get<Configuration>(id, KIND);
    return change(world, before, {
      ...(params as Partial<Configuration>),
      ...(changes ? { features: featuresOf(changes, before.features) } : {}),
      business_profile: { ...before.business_profile, ...business_profile },
      metadata: mergedMetadata(before.metadata, changedMetadata),
      updated: world.now(),
    });
  },
);

export const listConfigurations = endpoint(
  z.strictObject({ ...paging, active: flag.optional(), is_default: flag.optional() }),
  (world, { active, is_default, ...page }) => {
    const found = world.store
      .all<Configuration>(KIND)
      .filter((one) => (active ?? one.active) === one.active && (is_default ?? one.is_default) === one.is_default);
    return world.store.list("/v1/billing_portal/configurations", found, page);
  },
);

export const createPortalSession = endpoint(
  z.strictObject({ customer: text, configuration: text.optional(), return_url: text.optional() }),
  (world, params) => {
    world.store.get(params.customer, "customer", "customer");
    const configuration = configurationOf(world, params.configuration);
    const id = world.id("bps");
    const created: Stripe.BillingPortal.Session = {
      id,
      object: "billing_portal.session",
      configuration: configuration.id,
      created: world.now(params.customer),
      customer: params.customer,
      customer_account: null,
      flow: null,
      livemode: false,
      locale: null,
      on_behalf_of: null,
      return_url: params.return_url ?? configuration.default_return_url,
      url: `${world.url}/p/session/${id}`,
    };
    return world.store.put(created);
  },
);

function configurationOf(world: World, id: string | undefined): Configuration {
  if (id) return world.store.get<Configuration>(id, KIND, "configuration");
  const found = world.store.all<Configuration>(KIND).find((one) => one.is_default);
  if (found) return found;
  throw invalid("You can't create a portal session without a configuration or a default one.", "configuration");
}

/** A list that is left out allows nothing of its kind. */
function featuresOf(wanted: z.output<typeof features>, before?: Configuration["features"]): Configuration["features"] {
  return {
    customer_update: { allowed_updates: [], enabled: false },
    invoice_history: wanted.invoice_history ?? before?.invoice_history ?? { enabled: false },
    payment_method_update: {
      payment_method_configuration: null,
      enabled: false,
      ...before?.payment_method_update,
      ...wanted.payment_method_update,
    },
    subscription_cancel: {
      cancellation_reason: { enabled: false, feedback_options: null, options: [] },
      enabled: false,
      mode: "at_period_end",
      proration_behavior: "none",
      ...before?.subscription_cancel,
      ...wanted.subscription_cancel,
    },
    subscription_pause: { duration: { interval_options: [], type: "indefinite" }, enabled: false },
    subscription_update: {
      billing_cycle_anchor: null,
      default_allowed_updates: [],
      enabled: false,
      proration_behavior: "none",
      schedule_at_period_end: { conditions: [] },
      trial_update_behavior: "end_trial",
      ...before?.subscription_update,
      ...wanted.subscription_update,
      products: (wanted.subscription_update?.products ?? before?.subscription_update.products ?? []) as never,
    },
  };
}
