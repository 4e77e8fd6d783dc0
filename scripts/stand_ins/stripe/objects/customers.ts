import type Stripe from "stripe";
import * as z from "zod";
import { endpoint } from "../http/call.ts";
import { mergedMetadata, metadata, paging, text, unsetting } from "../http/fields.ts";
import { change, type World } from "../world.ts";
import { attach } from "./payment_methods.ts";

const fields = {
  email: unsetting(text.max(512)).optional(),
  name: unsetting(text).optional(),
  description: unsetting(text).optional(),
  phone: unsetting(text).optional(),
  metadata: metadata.optional(),
  invoice_settings: z.strictObject({ default_payment_method: text }).optional(),
};

type NewCustomer = { [Name in keyof typeof fields]?: z.output<(typeof fields)[Name]> } & { test_clock?: string };

export function newCustomer(world: World, params: NewCustomer): Stripe.Customer {
  const customer: Stripe.Customer = {
    id: world.id("cus"),
    object: "customer",
    balance: 0,
    created: params.test_clock
      ? world.store.get<Stripe.TestHelpers.TestClock>(params.test_clock, "test_helpers.test_clock").frozen_time
      : world.now(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: params.description ?? null,
    email: params.email ?? null,
    invoice_prefix: world.id("x").slice(2, 10).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: mergedMetadata({}, params.metadata),
    name: params.name ?? null,
    next_invoice_sequence: 1,
    phone: params.phone ?? null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: "none",
    test_clock: params.test_clock ?? null,
  };
  world.store.put(customer);
  world.emit("customer.created", customer);
  return customer;
}

export const createCustomer = endpoint(
  z.strictObject({ ...fields, payment_method: text.optional(), test_clock: text.optional() }),
  (world, { payment_method, invoice_settings, ...params }) => {
    const customer = newCustomer(world, params);
    const method = payment_method ?? invoice_settings?.default_payment_method;
    if (!method) return customer;
    const attached = attach(world, method, customer.id);
    return invoice_settings ? setDefault(world, customer, attached.id) : customer;
  },
);

export const updateCustomer = endpoint(
  z.strictObject(fields),
  (world, { metadata: changes, invoice_settings, ...params }, { id = "" }) => {
    const before = world.store.get<Stripe.Customer>(id, "customer");
    const merged = { ...params, metadata: mergedMetadata(before.metadata, changes) };
    const after = change(world, before, merged as Partial<Stripe.Customer>, "customer.updated");
    return invoice_settings
      ? setDefault(world, after, attach(world, invoice_settings.default_payment_method, id).id)
      : after;
  },
);

export function setDefault(world: World, customer: Stripe.Customer, method: string): Stripe.Customer {
  const invoice_settings = { ...customer.invoice_settings, default_payment_method: method };
  return change(world, customer, { invoice_settings }, "customer.updated");
}

export const listCustomers = endpoint(
  z.strictObject({ ...paging, email: text.optional(), test_clock: text.optional() }),
  (world, { email, test_clock, ...page }) => {
    const found = world.store
      .all<Stripe.Customer>("customer")
      .filter((one) => (!email || one.email === email) && (one.test_clock ?? undefined) === test_clock);
    return world.store.list("/v1/customers", found, page);
  },
);
