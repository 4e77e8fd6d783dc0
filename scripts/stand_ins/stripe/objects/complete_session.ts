import type Stripe from "stripe";
import { DAY } from "../billing/calendar.ts";
import { startSubscription } from "../billing/start.ts";
import { declined, invalid } from "../http/problem.ts";
import { change, type World } from "../world.ts";
import { newCustomer, setDefault } from "./customers.ts";
import { attach } from "./payment_methods.ts";

export type SessionMemo = {
  items: { price: string; quantity?: number }[];
  trialDays?: number;
  missingPaymentMethod?: Stripe.Subscription.TrialSettings.EndBehavior.MissingPaymentMethod;
  metadata: Record<string, string>;
};

/** What happens when a person pays on the hosted page. Throws `card_declined` and leaves the session open. */
export function completeSession(
  world: World,
  id: string,
  cardToken: string,
  email: string | undefined,
): Stripe.Checkout.Session {
  const { store } = world;
  const session = store.get<Stripe.Checkout.Session>(id, "checkout.session");
  if (session.status !== "open") throw invalid("This session is no longer open.");
  const memo = store.memo<SessionMemo>(id)!;
  const customer = session.customer
    ? store.get<Stripe.Customer>(session.customer as string)
    : newCustomer(world, { email: session.customer_email ?? email ?? null });
  const method = attach(world, cardToken, customer.id);
  const now = world.now(customer);
  const subscription = startSubscription(world, {
    customer: setDefault(world, customer, method.id),
    items: memo.items,
    metadata: memo.metadata,
    defaultMethod: method.id,
    ...(memo.trialDays ? { trial: now + memo.trialDays * DAY } : {}),
    ...(memo.missingPaymentMethod ? { missingPaymentMethod: memo.missingPaymentMethod } : {}),
  });
  if (subscription.status === "incomplete") throw declined();
  const done = change(world, session, {
    status: "complete",
    payment_status: memo.trialDays ? "no_payment_required" : "paid",
    customer: customer.id,
    customer_details: { ...EMPTY_DETAILS, email: customer.email, name: customer.name ?? null },
    subscription: subscription.id,
    invoice: subscription.latest_invoice as string,
    url: null,
  });
  world.emit("checkout.session.completed", done);
  return done;
}

export const EMPTY_DETAILS: Stripe.Checkout.Session.CustomerDetails = {
  address: null,
  business_name: null,
  email: null,
  individual_name: null,
  name: null,
  phone: null,
  tax_exempt: "none",
  tax_ids: [],
};
