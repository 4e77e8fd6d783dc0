import type Stripe from "stripe";
import * as z from "zod";
import { nextPeriodEnd } from "../billing/calendar.ts";
import { changeItems } from "../billing/change_items.ts";
import { draftInvoice } from "../billing/invoice.ts";
import { memoOf } from "../billing/lifecycle.ts";
import { periodLine } from "../billing/lines.ts";
import { attemptPayment, methodOf } from "../billing/pay.ts";
import { settle } from "../billing/start.ts";
import { endpoint } from "../http/call.ts";
import { integer, paging, range, text } from "../http/fields.ts";
import { declined, invalid } from "../http/problem.ts";
import { attach } from "./payment_methods.ts";
import { periodOf } from "./subscription.ts";
import { changedItem, within } from "./subscriptions.ts";

export const listInvoices = endpoint(
  z.strictObject({
    ...paging,
    customer: text.optional(),
    subscription: text.optional(),
    status: z.enum(["draft", "open", "paid", "uncollectible", "void"]).optional(),
    created: range.optional(),
  }),
  (world, { customer, subscription, status, created, ...page }) => {
    const found = world.store
      .all<Stripe.Invoice>("invoice", customer)
      .filter(
        (one) =>
          (!subscription || one.parent?.subscription_details?.subscription === subscription) &&
          (!status || one.status === status) &&
          within(one.created, created),
      );
    return world.store.list("/v1/invoices", found, page);
  },
);

export const payInvoice = endpoint(
  z.strictObject({ payment_method: text.optional(), off_session: z.enum(["true", "false"]).optional() }),
  (world, { payment_method }, { id = "" }) => {
    const invoice = world.store.get<Stripe.Invoice>(id, "invoice");
    if (invoice.status !== "open")
      throw invalid("Invoice is already paid, or cannot be paid.", undefined, "invoice_not_payable");
    const subscription = world.store.get<Stripe.Subscription>(
      invoice.parent!.subscription_details!.subscription as string,
    );
    const method = payment_method
      ? attach(world, payment_method, invoice.customer as string).id
      : methodOf(world, subscription);
    const after = attemptPayment(world, invoice, method);
    if (after.status !== "paid") throw declined();
    settle(world, subscription, after);
    return after;
  },
);

/** What a subscription would be billed next, perhaps after a change of its items; nothing is stored. */
export const previewInvoice = endpoint(
  z.strictObject({
    customer: text.optional(),
    subscription: text,
    subscription_details: z
      .strictObject({
        items: z.array(changedItem).optional(),
        proration_behavior: z.enum(["create_prorations", "always_invoice", "none"]).optional(),
        proration_date: integer.optional(),
      })
      .optional(),
  }),
  (world, { subscription: id, subscription_details: details = {} }) => {
    const subscription = world.store.get<Stripe.Subscription>(id, "subscription");
    const customer = subscription.customer as string;
    const at = details.proration_date ?? world.now(customer);
    const { items, prorated, renewed } = changeItems(world, subscription, details.items ?? [], at);
    const due = details.proration_behavior === "none" ? [] : prorated;
    const changed = { ...subscription, items: { ...subscription.items, data: items } };
    const trialing = subscription.status === "trialing";
    if ((renewed && !trialing) || details.proration_behavior === "always_invoice") {
      return draftInvoice(world, changed, [...due, ...(renewed?.lines ?? [])], "subscription_update");
    }
    const past = periodOf(subscription);
    const next = {
      start: past.end,
      end: nextPeriodEnd(subscription.billing_cycle_anchor, items[0]!.price.recurring!, past.end),
    };
    const lines = items.flatMap((item) => periodLine(world, item, next, trialing ? undefined : past, customer));
    return draftInvoice(world, changed, [...(memoOf(world, id).pending ?? []), ...due, ...lines], "upcoming");
  },
);
