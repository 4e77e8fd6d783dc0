import type Stripe from "stripe";
import { declined } from "../http/problem.ts";
import { type NewSubscription, pricesOf, subscriptionObject } from "../objects/subscription.ts";
import { change, type World } from "../world.ts";
import { nextPeriodEnd } from "./calendar.ts";
import { draftInvoice, finalize, type Line } from "./invoice.ts";
import { periodLine } from "./lines.ts";
import { attemptPayment, methodOf } from "./pay.ts";

type PaymentBehavior = "allow_incomplete" | "default_incomplete" | "error_if_incomplete";

/** Begins a subscription: its trial, or its first invoice and what comes of that. */
export function startSubscription(
  world: World,
  wanted: NewSubscription,
  behavior: PaymentBehavior = "allow_incomplete",
): Stripe.Subscription {
  const { store } = world;
  const now = world.now(wanted.customer);
  const [price] = pricesOf(world, wanted.items);
  const end = wanted.trial ?? nextPeriodEnd(now, price!.recurring!, now);
  const subscription = store.put(subscriptionObject(world, wanted, { start: now, end }, now));
  if (!wanted.customer.currency) {
    change(world, store.get<Stripe.Customer>(wanted.customer.id), { currency: price!.currency });
  }
  const lines = wanted.trial
    ? []
    : subscription.items.data.flatMap((item) =>
        periodLine(world, item, { start: now, end }, undefined, wanted.customer.id),
      );
  const invoice = finalize(world, draftInvoice(world, subscription, lines, "subscription_create"));
  const paid =
    behavior === "default_incomplete" && invoice.amount_due > 0
      ? invoice
      : attemptPayment(world, invoice, methodOf(world, subscription));
  if (paid.status !== "paid" && behavior === "error_if_incomplete") throw declined();
  const status = wanted.trial ? "trialing" : paid.status === "paid" ? "active" : "incomplete";
  const started = change(world, subscription, { status, latest_invoice: paid.id });
  world.emit("customer.subscription.created", started);
  return started;
}

/** Bills lines of a running subscription at once; answers it with the status that the payment gives. */
export function bill(
  world: World,
  subscription: Stripe.Subscription,
  lines: Line[],
  reason: Stripe.Invoice.BillingReason,
): { subscription: Stripe.Subscription; invoice: Stripe.Invoice } {
  const draft = draftInvoice(world, subscription, lines, reason);
  const open = finalize(world, draft);
  if (subscription.pause_collection) {
    const voided = change(world, open, {
      status: "void",
      auto_advance: false,
      status_transitions: { ...open.status_transitions, voided_at: world.now(subscription.customer as string) },
    });
    world.emit("invoice.voided", voided);
    return { invoice: voided, subscription: change(world, subscription, { latest_invoice: voided.id }) };
  }
  const invoice = attemptPayment(world, open, methodOf(world, subscription));
  return { invoice, subscription: change(world, subscription, { latest_invoice: invoice.id }) };
}

/** What the payment of its latest invoice makes of a subscription. */
export function settle(world: World, subscription: Stripe.Subscription, invoice: Stripe.Invoice): Stripe.Subscription {
  if (invoice.id !== subscription.latest_invoice) return subscription;
  if (invoice.status === "paid" && ["past_due", "incomplete", "unpaid"].includes(subscription.status)) {
    return change(world, subscription, { status: "active" }, "customer.subscription.updated");
  }
  if (invoice.status === "open" && ["active", "trialing"].includes(subscription.status)) {
    return change(world, subscription, { status: "past_due" }, "customer.subscription.updated");
  }
  return subscription;
}
