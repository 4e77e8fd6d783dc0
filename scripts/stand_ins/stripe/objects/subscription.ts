import type Stripe from "stripe";
import { invalid } from "../http/problem.ts";
import type { World } from "../world.ts";

export type ItemParams = { price: string; quantity?: number };
export type Trial = { start: number; end: number };

export type NewSubscription = {
  customer: Stripe.Customer;
  items: ItemParams[];
  metadata: Record<string, string>;
  trial?: number;
  missingPaymentMethod?: Stripe.Subscription.TrialSettings.EndBehavior.MissingPaymentMethod;
  defaultMethod?: string;
  cancelAtPeriodEnd?: boolean;
};

export type Periods = { start: number; end: number };

/** A cancellation that nobody has explained. */
export const NOT_SAID: Stripe.Subscription.CancellationDetails = {
  comment: null,
  feedback: null,
  feedback_option: null,
  reason: null,
};

export const periodOf = ({ items }: Stripe.Subscription): Periods => ({
  start: items.data[0]!.current_period_start,
  end: items.data[0]!.current_period_end,
});

export const recurringOf = ({ items }: Stripe.Subscription): Stripe.Price.Recurring => items.data[0]!.price.recurring!;

/** The prices of a subscription's items; all recurring, of one currency and one interval. */
export function pricesOf(world: World, items: ItemParams[]): Stripe.Price[] {
  const prices = items.map(({ price }, index) => {
    const found = world.store.get<Stripe.Price>(price, "price", `items[${index}][price]`);
    if (!found.active) throw invalid("The price specified is inactive.", `items[${index}][price]`);
    if (!found.recurring) throw invalid("The price specified is set to type=one_time.", `items[${index}][price]`);
    return found;
  });
  const kinds = new Set(
    prices.map((one) => `${one.currency} ${one.recurring?.interval} ${one.recurring?.interval_count}`),
  );
  if (kinds.size > 1) throw invalid("All prices of a subscription must have one currency and one interval.", "items");
  return prices;
}

export function newItem(
  world: World,
  subscription: string,
  price: Stripe.Price,
  quantity: number | undefined,
  period: Periods,
  now: number,
): Stripe.SubscriptionItem {
  return {
    id: world.id("si"),
    object: "subscription_item",
    billing_thresholds: null,
    created: now,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planOf(price),
    price,
    ...(price.recurring?.usage_type === "metered" ? {} : { quantity: quantity ?? 1 }),
    subscription,
    tax_rates: [],
  };
}

/** A subscription before its first invoice. */
export function subscriptionObject(
  world: World,
  wanted: NewSubscription,
  period: Periods,
  now: number,
): Stripe.Subscription {
  const { customer, metadata, trial } = wanted;
  const id = world.id("sub");
  const prices = pricesOf(world, wanted.items);
  return {
    id,
    object: "subscription",
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: trial ?? now,
    billing_cycle_anchor_config: null,
    billing_mode: { type: "flexible", flexible: {}, updated_at: now } as Stripe.Subscription.BillingMode,
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: wanted.cancelAtPeriodEnd ? period.end : null,
    cancel_at_period_end: wanted.cancelAtPeriodEnd ?? false,
    canceled_at: wanted.cancelAtPeriodEnd ? now : null,
    cancellation_details: NOT_SAID,
    collection_method: "charge_automatically",
    created: now,
    currency: prices[0]!.currency,
    customer: customer.id,
    customer_account: null,
    days_until_due: null,
    default_payment_method: wanted.defaultMethod ?? null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    ended_at: null,
    invoice_settings: { account_tax_ids: null, issuer: { type: "self" } } as Stripe.Subscription.InvoiceSettings,
    items: {
      object: "list",
      data: prices.map((price, index) => newItem(world, id, price, wanted.items[index]!.quantity, period, now)),
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: "off",
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: now,
    status: trial ? "trialing" : "incomplete",
    test_clock: customer.test_clock ?? null,
    transfer_data: null,
    trial_end: trial ?? null,
    trial_settings: trialSettingsOf(wanted.missingPaymentMethod),
    trial_start: trial ? now : null,
  };
}

/** The older form of a price, which items still carry. */
const planOf = (price: Stripe.Price): Stripe.Plan => ({
  id: price.id,
  object: "plan",
  active: price.active,
  amount: price.unit_amount,
  amount_decimal: price.unit_amount_decimal,
  billing_scheme: "per_unit",
  created: price.created,
  currency: price.currency,
  interval: price.recurring!.interval,
  interval_count: price.recurring!.interval_count,
  livemode: false,
  metadata: price.metadata,
  meter: price.recurring!.meter,
  nickname: price.nickname,
  product: price.product as string,
  tiers_mode: null,
  transform_usage: null,
  trial_period_days: null,
  usage_type: price.recurring!.usage_type,
});

export const trialSettingsOf = (
  missing: Stripe.Subscription.TrialSettings.EndBehavior.MissingPaymentMethod = "create_invoice",
): Stripe.Subscription.TrialSettings => ({
  end_behavior: { billing_cycle_anchor: null, missing_payment_method: missing },
});
