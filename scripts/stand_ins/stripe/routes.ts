import * as z from "zod";
import { listEvents } from "./delivery/events.ts";
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  listWebhookEndpoints,
  updateWebhookEndpoint,
} from "./delivery/webhook_endpoints.ts";
import { type Endpoint, endpoint } from "./http/call.ts";
import { createPrice, createProduct, listPrices, listProducts, updatePrice, updateProduct } from "./objects/catalog.ts";
import { createSession, expireSession, listSessions } from "./objects/checkout_sessions.ts";
import { advanceClock, createClock, deleteClock, listClocks } from "./objects/clocks.ts";
import { createCustomer, listCustomers, updateCustomer } from "./objects/customers.ts";
import { listInvoices, payInvoice, previewInvoice } from "./objects/invoices.ts";
import { createMeter, createMeterEvent, listMeters, listSummaries } from "./objects/meters.ts";
import { attachMethod, listMethods } from "./objects/payment_methods.ts";
import { createConfiguration, createPortalSession, listConfigurations, updateConfiguration } from "./objects/portal.ts";
import {
  cancelSubscription,
  createSubscription,
  listSubscriptions,
  resumeSubscription,
  updateSubscription,
} from "./objects/subscriptions.ts";

const retrieve = (kind: string): Endpoint =>
  endpoint(z.strictObject({}), (world, _, { id = "" }) => world.store.get(id, kind));

/** Every call of Stripe's API that the stand-in answers; any other is refused by name. */
export const API: Record<string, Partial<Record<"GET" | "POST" | "DELETE", Endpoint>>> = {
  "/v1/products": { GET: listProducts, POST: createProduct },
  "/v1/products/:id": { GET: retrieve("product"), POST: updateProduct },
  "/v1/prices": { GET: listPrices, POST: createPrice },
  "/v1/prices/:id": { GET: retrieve("price"), POST: updatePrice },
  "/v1/customers": { GET: listCustomers, POST: createCustomer },
  "/v1/customers/:id": { GET: retrieve("customer"), POST: updateCustomer },
  "/v1/payment_methods": { GET: listMethods },
  "/v1/payment_methods/:id": { GET: retrieve("payment_method") },
  "/v1/payment_methods/:id/attach": { POST: attachMethod },
  "/v1/subscriptions": { GET: listSubscriptions, POST: createSubscription },
  "/v1/subscriptions/:id": { GET: retrieve("subscription"), POST: updateSubscription, DELETE: cancelSubscription },
  "/v1/subscriptions/:id/resume": { POST: resumeSubscription },
  "/v1/invoices": { GET: listInvoices },
  "/v1/invoices/create_preview": { POST: previewInvoice },
  "/v1/invoices/:id": { GET: retrieve("invoice") },
  "/v1/invoices/:id/pay": { POST: payInvoice },
  "/v1/checkout/sessions": { GET: listSessions, POST: createSession },
  "/v1/checkout/sessions/:id": { GET: retrieve("checkout.session") },
  "/v1/checkout/sessions/:id/expire": { POST: expireSession },
  "/v1/billing_portal/configurations": { GET: listConfigurations, POST: createConfiguration },
  "/v1/billing_portal/configurations/:id": { GET: retrieve("billing_portal.configuration"), POST: updateConfiguration },
  "/v1/billing_portal/sessions": { POST: createPortalSession },
  "/v1/billing/meters": { GET: listMeters, POST: createMeter },
  "/v1/billing/meters/:id": { GET: retrieve("billing.meter") },
  "/v1/billing/meters/:id/event_summaries": { GET: listSummaries },
  "/v1/billing/meter_events": { POST: createMeterEvent },
  "/v1/test_helpers/test_clocks": { GET: listClocks, POST: createClock },
  "/v1/test_helpers/test_clocks/:id": { GET: retrieve("test_helpers.test_clock"), DELETE: deleteClock },
  "/v1/test_helpers/test_clocks/:id/advance": { POST: advanceClock },
  "/v1/webhook_endpoints": { GET: listWebhookEndpoints, POST: createWebhookEndpoint },
  "/v1/webhook_endpoints/:id": {
    GET: retrieve("webhook_endpoint"),
    POST: updateWebhookEndpoint,
    DELETE: deleteWebhookEndpoint,
  },
  "/v1/events": { GET: listEvents },
  "/v1/events/:id": { GET: retrieve("event") },
};
