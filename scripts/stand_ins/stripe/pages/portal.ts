import type Stripe from "stripe";
import { cancel } from "../billing/lifecycle.ts";
import { updateItems } from "../billing/update.ts";
import { Problem } from "../http/problem.ts";
import { setDefault } from "../objects/customers.ts";
import { attach, tokenOfNumber } from "../objects/payment_methods.ts";
import { periodOf } from "../objects/subscription.ts";
import { change, type World } from "../world.ts";
import { alertOf, date, escaped, money, page } from "./layout.ts";

type Portal = {
  world: World;
  session: Stripe.BillingPortal.Session;
  features: Stripe.BillingPortal.Configuration.Features;
};

/** The customer portal: their subscriptions and what the configuration lets them do about these. */
export const portalPage = (world: World) => ({
  GET: (request: Bun.BunRequest<"/p/session/:id">) => {
    const portal = open(world, request.params.id);
    return portal ? show(portal) : page("Not found", "<h1>There is no such portal session</h1>", 404);
  },
  POST: async (request: Bun.BunRequest<"/p/session/:id">) => {
    const portal = open(world, request.params.id);
    if (!portal) return page("Not found", "<h1>There is no such portal session</h1>", 404);
    const form = new URLSearchParams(await request.text());
    try {
      world.store.transaction(() => act(portal, form));
      return new Response(null, { status: 303, headers: { location: request.url } });
    } catch (error) {
      if (error instanceof Problem) return show(portal, error.message);
      throw error;
    }
  },
});

function open(world: World, id: string): Portal | undefined {
  const session = world.store.find<Stripe.BillingPortal.Session>(id);
  if (session?.object !== "billing_portal.session") return undefined;
  const { features } = world.store.get<Stripe.BillingPortal.Configuration>(session.configuration as string);
  return { world, session, features };
}

function act({ world, session, features }: Portal, form: URLSearchParams): void {
  const customer = session.customer;
  const subscription = (): Stripe.Subscription => {
    const found = world.store.find<Stripe.Subscription>(form.get("subscription") ?? "");
    if (found?.customer === customer) return found;
    throw new Problem(404, "invalid_request_error", "There is no such subscription here");
  };
  const allowed = (feature: { enabled: boolean }) => {
    if (!feature.enabled) throw new Problem(403, "invalid_request_error", "This portal does not allow that");
  };
  const updated = "customer.subscription.updated";
  switch (form.get("action")) {
    case "cancel": {
      allowed(features.subscription_cancel);
      const found = subscription();
      if (features.subscription_cancel.mode === "immediately")
        return void cancel(world, found, "cancellation_requested");
      const ending = { cancel_at_period_end: true, cancel_at: periodOf(found).end, canceled_at: world.now(customer) };
      return void change(world, found, ending, updated);
    }
    case "keep":
      allowed(features.subscription_cancel);
      return void change(
        world,
        subscription(),
        { cancel_at_period_end: false, cancel_at: null, canceled_at: null },
        updated,
      );
    case "switch": {
      allowed(features.subscription_update);
      const found = subscription();
      const price = form.get("price") ?? "";
      if (!offered(features).includes(price))
        throw new Problem(403, "invalid_request_error", "This price is not offered here");
      const { proration_behavior } = features.subscription_update;
      const items = [{ id: found.items.data[0]!.id, price }];
      const after = updateItems(world, found, { items, proration_behavior: proration_behavior as "none" });
      return void change(world, found, after, updated);
    }
    case "card": {
      allowed(features.payment_method_update);
      const method = attach(world, tokenOfNumber(form.get("number") ?? ""), customer);
      setDefault(world, world.store.get<Stripe.Customer>(customer), method.id);
      for (const one of running(world, customer)) change(world, one, { default_payment_method: method.id }, updated);
      return;
    }
    default:
      throw new Problem(400, "invalid_request_error", "This page does not know that");
  }
}

const offered = (features: Portal["features"]): string[] =>
  (features.subscription_update.products ?? []).flatMap(({ prices }) => prices);

const running = (world: World, customer: string): Stripe.Subscription[] =>
  world.store
    .all<Stripe.Subscription>("subscription", customer)
    .filter(({ status }) => status !== "canceled" && status !== "incomplete_expired");

function show({ world, session, features }: Portal, problem?: string): Response {
  const subscriptions = running(world, session.customer).map((one) => subscriptionSection(world, features, one));
  const card = features.payment_method_update.enabled
    ? `<section><h2>Payment method</h2><form method="post"><input type="hidden" name="action" value="card">
       <label for="number">New card number</label><input id="number" name="number" inputmode="numeric" placeholder="4242 4242 4242 4242" required>
       <button class="quiet">Use this card</button></form></section>`
    : "";
  return page(
    "Billing",
    `<h1>Your billing</h1>${alertOf(problem)}${subscriptions.join("") || '<p class="note">There is no running subscription.</p>'}${card}
    ${session.return_url ? `<section><a href="${escaped(session.return_url)}">Back to the app</a></section>` : ""}`,
    problem ? 400 : 200,
  );
}

function subscriptionSection(world: World, features: Portal["features"], subscription: Stripe.Subscription): string {
  const { price } = subscription.items.data[0]!;
  const name = (id: Stripe.Price) => escaped(world.store.get<Stripe.Product>(id.product as string).name);
  const button = (action: string, label: string, more = "") =>
    `<form method="post"><input type="hidden" name="action" value="${action}"><input type="hidden" name="subscription" value="${subscription.id}">${more}<button class="quiet">${label}</button></form>`;
  const amount = (one: Stripe.Price) => `${money(one.unit_amount ?? 0, one.currency)} per ${one.recurring?.interval}`;
  const ends = subscription.cancel_at
    ? `Ends on ${date(subscription.cancel_at)}`
    : `Renews on ${date(periodOf(subscription).end)}`;
  const others = features.subscription_update.enabled ? offered(features).filter((id) => id !== price.id) : [];
  return `<section><h2>${name(price)}</h2><dl><dd>${amount(price)}</dd><dd>${subscription.status} · ${ends}</dd></dl>
    ${others
      .map((id) => world.store.get<Stripe.Price>(id))
      .map((one) =>
        button(
          "switch",
          `Switch to ${name(one)}, ${amount(one)}`,
          `<input type="hidden" name="price" value="${one.id}">`,
        ),
      )
      .join("")}
    ${features.subscription_cancel.enabled ? (subscription.cancel_at ? button("keep", "Keep the subscription") : button("cancel", "Cancel the subscription")) : ""}</section>`;
}
