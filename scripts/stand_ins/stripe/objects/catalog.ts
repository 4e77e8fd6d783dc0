import type Stripe from "stripe";
import * as z from "zod";
import { endpoint } from "../http/call.ts";
import { flag, integer, mergedMetadata, metadata, paging, range, text, unsetting } from "../http/fields.ts";
import { invalid } from "../http/problem.ts";
import { change, type World } from "../world.ts";

const product = {
  name: text,
  active: flag.optional(),
  description: unsetting(text).optional(),
  metadata: metadata.optional(),
  marketing_features: z.array(z.strictObject({ name: text })).optional(),
  url: unsetting(text).optional(),
  unit_label: unsetting(text).optional(),
};

export const createProduct = endpoint(z.strictObject({ ...product, id: text.optional() }), (world, params) => {
  if (params.id && world.store.find(params.id))
    throw invalid("Product already exists.", "id", "resource_already_exists");
  const now = world.now();
  const created: Stripe.Product = {
    id: params.id ?? world.id("prod"),
    object: "product",
    active: params.active ?? true,
    created: now,
    default_price: null,
    description: params.description ?? null,
    images: [],
    livemode: false,
    marketing_features: params.marketing_features ?? [],
    metadata: mergedMetadata({}, params.metadata),
    name: params.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: "service",
    unit_label: params.unit_label ?? null,
    updated: now,
    url: params.url ?? null,
  };
  world.store.put(created);
  world.emit("product.created", created);
  return created;
});

export const updateProduct = endpoint(
  z.strictObject({ ...product, default_price: text.optional() }).partial(),
  (world, { metadata: changes, ...params }, { id = "" }) => {
    const before = world.store.get<Stripe.Product>(id, "product");
    const merged = { ...params, metadata: mergedMetadata(before.metadata, changes) };
    const after = change(world, before, merged as Partial<Stripe.Product>, "product.updated");
    return world.store.put({ ...after, updated: world.now() });
  },
);

export const listProducts = endpoint(
  z.strictObject({ ...paging, active: flag.optional(), ids: z.array(text).optional(), created: range.optional() }),
  (world, { active, ids, ...page }) => {
    const found = world.store
      .all<Stripe.Product>("product")
      .filter((one) => (active === undefined || one.active === active) && (!ids || ids.includes(one.id)));
    return world.store.list("/v1/products", found, page);
  },
);

const recurring = z.strictObject({
  interval: z.enum(["day", "week", "month", "year"]),
  interval_count: integer.pipe(z.number().min(1).max(156)).optional(),
  usage_type: z.enum(["licensed", "metered"]).optional(),
  meter: text.optional(),
});

const price = {
  active: flag.optional(),
  nickname: unsetting(text).optional(),
  lookup_key: text.max(200).optional(),
  transfer_lookup_key: flag.optional(),
  metadata: metadata.optional(),
  tax_behavior: z.enum(["exclusive", "inclusive", "unspecified"]).optional(),
};

export const createPrice = endpoint(
  z.strictObject({
    ...price,
    currency: z.string().regex(/^[a-z]{3}$/, "must be a lower-case ISO code"),
    product: text,
    unit_amount: integer.pipe(z.number().min(0)),
    recurring: recurring.optional(),
  }),
  (world, params) => {
    world.store.get(params.product, "product", "product");
    const meter = params.recurring?.meter ?? null;
    if (meter) world.store.get(meter, "billing.meter", "recurring[meter]");
    if ((params.recurring?.usage_type === "metered") !== Boolean(meter)) {
      throw invalid("A metered price needs a meter, and only a metered one has one.", "recurring[meter]");
    }
    claimLookupKey(world, params);
    const created: Stripe.Price = {
      id: world.id("price"),
      object: "price",
      active: params.active ?? true,
      billing_scheme: "per_unit",
      created: world.now(),
      currency: params.currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: params.lookup_key ?? null,
      metadata: mergedMetadata({}, params.metadata),
      nickname: params.nickname ?? null,
      product: params.product,
      recurring: params.recurring
        ? {
            interval: params.recurring.interval,
            interval_count: params.recurring.interval_count ?? 1,
            meter,
            trial_period_days: null,
            usage_type: params.recurring.usage_type ?? "licensed",
          }
        : null,
      tax_behavior: params.tax_behavior ?? "unspecified",
      tiers_mode: null,
      transform_quantity: null,
      type: params.recurring ? "recurring" : "one_time",
      unit_amount: params.unit_amount,
      unit_amount_decimal: String(params.unit_amount) as unknown as Stripe.Price["unit_amount_decimal"],
    };
    world.store.put(created);
    world.emit("price.created", created);
    return created;
  },
);

/** What a price costs never changes; only its name, its key and whether it is sold. */
export const updatePrice = endpoint(
  z.strictObject(price),
  (world, { metadata: changes, transfer_lookup_key, ...params }, { id = "" }) => {
    const before = world.store.get<Stripe.Price>(id, "price");
    claimLookupKey(world, { ...params, transfer_lookup_key }, id);
    const merged = { ...params, metadata: mergedMetadata(before.metadata, changes) };
    return change(world, before, merged as Partial<Stripe.Price>, "price.updated");
  },
);

export const listPrices = endpoint(
  z.strictObject({
    ...paging,
    active: flag.optional(),
    product: text.optional(),
    lookup_keys: z.array(text).max(10).optional(),
    currency: text.optional(),
    type: z.enum(["one_time", "recurring"]).optional(),
  }),
  (world, { active, product, lookup_keys, currency, type, ...page }) => {
    const found = world.store
      .all<Stripe.Price>("price")
      .filter(
        (one) =>
          (active === undefined || one.active === active) &&
          (!product || one.product === product) &&
          (!lookup_keys || lookup_keys.includes(one.lookup_key ?? "")) &&
          (!currency || one.currency === currency) &&
          (!type || one.type === type),
      );
    return world.store.list("/v1/prices", found, page);
  },
);

/** One price at a time has a lookup key; another one may take it over when it says so. */
function claimLookupKey(
  world: World,
  { lookup_key, transfer_lookup_key }: { lookup_key?: string; transfer_lookup_key?: boolean },
  own?: string,
): void {
  const holder = lookup_key && world.store.all<Stripe.Price>("price").find((one) => one.lookup_key === lookup_key);
  if (!holder || holder.id === own) return;
  if (!transfer_lookup_key) {
    throw invalid(`A price (\`${holder.id}\`) already uses that lookup key.`, "lookup_key", "resource_already_exists");
  }
  change(world, holder, { lookup_key: null }, "price.updated");
}
