import type Stripe from "stripe";
import * as z from "zod";
import { DAY, nextPeriodEnd } from "../billing/calendar.ts";
import { cancel, withPeriod } from "../billing/lifecycle.ts";
import { periodLine } from "../billing/lines.ts";
import { bill, startSubscription } from "../billing/start.ts";
import { updateItems } from "../billing/update.ts";
import { endpoint } from "../http/call.ts";
import { flag, integer, mergedMetadata, metadata, paging, range, text, unsetting } from "../http/fields.ts";
import { invalid } from "../http/problem.ts";
import { change, type World } from "../world.ts";
import { attach } from "./payment_methods.ts";
import { NOT_SAID, periodOf, recurringOf, trialSettingsOf } from "./subscription.ts";

const quantity = integer.pipe(z.number().min(0)).optional();
const trialSettings = z.strictObject({
  end_behavior: z.strictObject({ missing_payment_method: z.enum(["cancel", "create_invoice", "pause"]) }),
});
export const changedItem = z.strictObject({
  id: text.optional(),
  price: text.optional(),
  quantity,
  deleted: flag.optional(),
});

export const createSubscription = endpoint(
  z.strictObject({
    customer: text,
    items: z.array(z.strictObject({ price: text, quantity })).min(1),
    metadata: metadata.optional(),
    default_payment_method: text.optional(),
    trial_period_days: integer.pipe(z.number().min(1).max(730)).optional(),
    trial_end: integer.optional(),
    trial_settings: trialSettings.optional(),
    cancel_at_period_end: flag.optional(),
    payment_behavior: z.enum(["allow_incomplete", "default_incomplete", "error_if_incomplete"]).optional(),
    off_session: flag.optional(),
  }),
  (world, params) => {
    const customer = world.store.get<Stripe.Customer>(params.customer, "customer", "customer");
    const now = world.now(customer);
    const trial = params.trial_end ?? (params.trial_period_days ? now + params.trial_period_days * DAY : undefined);
    if (trial && trial <= now) throw invalid("Invalid trial_end: must be in the future.", "trial_end");
    const method = params.default_payment_method;
    return startSubscription(
      world,
      {
        customer,
        items: params.items,
        metadata: mergedMetadata({}, params.metadata),
        ...(trial ? { trial } : {}),
        ...(params.trial_settings
          ? { missingPaymentMethod: params.trial_settings.end_behavior.missing_payment_method }
          : {}),
        ...(method ? { defaultMethod: attach(world, method, customer.id).id } : {}),
        ...(params.cancel_at_period_end ? { cancelAtPeriodEnd: true } : {}),
      },
      params.payment_behavior,
    );
  },
);

export const updateSubscription = endpoint(
  z.strictObject({
    items: z.array(changedItem).optional(),
    proration_behavior: z.enum(["create_prorations", "always_invoice", "none"]).optional(),
    proration_date: integer.optional(),
    payment_behavior: z.enum(["allow_incomplete", "error_if_incomplete"]).optional(),
    metadata: metadata.optional(),
    default_payment_method: text.optional(),
    cancel_at_period_end: flag.optional(),
    trial_end: z.literal("now").or(integer).optional(),
    trial_settings: trialSettings.optional(),
    pause_collection: unsetting(z.strictObject({ behavior: z.literal("void") })).optional(),
  }),
  (world, params, { id = "" }) => {
    const before = running(world, id);
    const billed = updateItems(world, before, params);
    const changes: Partial<Stripe.Subscription> = { metadata: mergedMetadata(before.metadata, params.metadata) };
    if (params.default_payment_method) {
      changes.default_payment_method = attach(world, params.default_payment_method, before.customer as string).id;
    }
    if (params.cancel_at_period_end !== undefined)
      Object.assign(changes, ending(world, billed, params.cancel_at_period_end));
    if (params.pause_collection !== undefined) {
      changes.pause_collection = params.pause_collection && { ...params.pause_collection, resumes_at: null };
    }
    if (params.trial_settings) {
      changes.trial_settings = trialSettingsOf(params.trial_settings.end_behavior.missing_payment_method);
    }
    if (params.trial_end !== undefined) Object.assign(changes, trialUntil(world, billed, params.trial_end));
    return change(world, before, { ...billed, ...changes }, "customer.subscription.updated");
  },
);

export const cancelSubscription = endpoint(
  z.strictObject({ cancellation_details: z.strictObject({ comment: text.optional() }).optional() }),
  (world, params, { id = "" }) => {
    const subscription = running(world, id);
    const cancellation_details = { ...NOT_SAID, comment: params.cancellation_details?.comment ?? null };
    return cancel(world, { ...subscription, cancellation_details }, "cancellation_requested");
  },
);

/** A paused subscription goes on: a new period begins now, with its invoice. */
export const resumeSubscription = endpoint(
  z.strictObject({ billing_cycle_anchor: z.strictObject({ type: z.literal("now") }).optional() }),
  (world, _, { id = "" }) => {
    const before = running(world, id);
    if (before.status !== "paused") throw invalid("Only a paused subscription can be resumed.");
    const now = world.now(before.customer as string);
    const period = { start: now, end: nextPeriodEnd(now, recurringOf(before), now) };
    const moved = world.store.put({ ...withPeriod(before, period), billing_cycle_anchor: now });
    const lines = moved.items.data.flatMap((item) =>
      periodLine(world, item, period, undefined, before.customer as string),
    );
    const { subscription, invoice } = bill(world, moved, lines, "subscription_cycle");
    const status = invoice.status === "paid" ? "active" : "past_due";
    const after = change(world, before, { ...subscription, status }, "customer.subscription.updated");
    world.emit("customer.subscription.resumed", after);
    return after;
  },
);

export const listSubscriptions = endpoint(
  z.strictObject({
    ...paging,
    customer: text.optional(),
    price: text.optional(),
    status: text.optional(),
    created: range.optional(),
    test_clock: text.optional(),
  }),
  (world, { customer, price, status, created, test_clock, ...page }) => {
    const found = world.store
      .all<Stripe.Subscription>("subscription", customer)
      .filter(
        (one) =>
          (status === "all" || (status ? one.status === status : one.status !== "canceled")) &&
          (!price || one.items.data.some((item) => item.price.id === price)) &&
          (!test_clock || one.test_clock === test_clock) &&
          within(one.created, created),
      );
    return world.store.list("/v1/subscriptions", found, page);
  },
);

type Range = { gt?: number; gte?: number; lt?: number; lte?: number };
export const within = (time: number, { gt = -1, gte = 0, lt = Infinity, lte = Infinity }: Range = {}): boolean =>
  time > gt && time >= gte && time < lt && time <= lte;

function running(world: World, id: string): Stripe.Subscription {
  const found = world.store.get<Stripe.Subscription>(id, "subscription");
  if (found.status === "canceled" || found.status === "incomplete_expired") {
    throw invalid("A canceled subscription can only update its cancellation_details and metadata.");
  }
  return found;
}

function ending(world: World, subscription: Stripe.Subscription, atPeriodEnd: boolean): Partial<Stripe.Subscription> {
  const now = world.now(subscription.customer as string);
  const reason = atPeriodEnd ? ("cancellation_requested" as const) : null;
  return {
    cancel_at_period_end: atPeriodEnd,
    cancel_at: atPeriodEnd ? periodOf(subscription).end : null,
    canceled_at: atPeriodEnd ? now : null,
    cancellation_details: { ...NOT_SAID, reason },
  };
}

/** Moves the end of a trial; its period ends with it, and the lifecycle does what an ended trial does. */
function trialUntil(
  world: World,
  subscription: Stripe.Subscription,
  trialEnd: "now" | number,
): Partial<Stripe.Subscription> {
  if (subscription.status !== "trialing") throw invalid("Only a subscription in trial can move its end.", "trial_end");
  const end = trialEnd === "now" ? world.now(subscription.customer as string) : trialEnd;
  const { items } = withPeriod(subscription, { start: periodOf(subscription).start, end });
  return { items, trial_end: end, billing_cycle_anchor: end };
}
