import type Stripe from "stripe";
import { charges } from "../objects/payment_methods.ts";
import { change, type World } from "../world.ts";
import { DAY } from "./calendar.ts";

/** How long after a failure each further attempt comes; after the last one the subscription is canceled. */
export const RETRY_AFTER = [3 * DAY, 5 * DAY, 7 * DAY];

/** The method that a subscription's invoices are paid with, or nothing. */
export function methodOf(world: World, subscription: Stripe.Subscription): string | undefined {
  if (typeof subscription.default_payment_method === "string") return subscription.default_payment_method;
  const customer = world.store.get<Stripe.Customer>(subscription.customer as string);
  return (customer.invoice_settings.default_payment_method as string | null) ?? undefined;
}

/** Tries to pay an open invoice; what it is for learns from the invoice that comes back. */
export function attemptPayment(world: World, invoice: Stripe.Invoice, method: string | undefined): Stripe.Invoice {
  const now = world.now(invoice.customer as string);
  const attempted = { attempted: true, attempt_count: invoice.attempt_count + 1 };
  if (invoice.amount_due === 0 || (method && charges(world, method))) {
    const paid = change(world, invoice, {
      ...(invoice.amount_due === 0 ? { attempted: true } : attempted),
      status: "paid",
      amount_paid: invoice.amount_due,
      amount_remaining: 0,
      next_payment_attempt: null,
      auto_advance: false,
      status_transitions: { ...invoice.status_transitions, paid_at: now },
    });
    world.emit("invoice.paid", paid);
    world.emit("invoice.payment_succeeded", paid);
    return paid;
  }
  const wait = RETRY_AFTER[invoice.attempt_count];
  const failed = change(world, invoice, { ...attempted, next_payment_attempt: wait === undefined ? null : now + wait });
  world.emit("invoice.payment_failed", failed);
  return failed;
}
