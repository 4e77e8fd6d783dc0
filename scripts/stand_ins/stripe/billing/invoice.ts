import type Stripe from "stripe";
import { change, type World } from "../world.ts";

export type Line = {
  amount: number;
  description: string;
  price: Stripe.Price;
  quantity: number;
  item: string;
  proration: boolean;
  period: { start: number; end: number };
};

/** An invoice as it would be: with its lines, the customer's credit taken off, and nothing stored. */
export function draftInvoice(
  world: World,
  subscription: Stripe.Subscription,
  lines: Line[],
  reason: Stripe.Invoice.BillingReason,
): Stripe.Invoice {
  const customer = world.store.get<Stripe.Customer>(subscription.customer as string);
  const now = world.now(customer);
  const id = world.id("in");
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  const due = Math.max(0, total + customer.balance);
  const period = lines.find(({ proration }) => !proration)?.period ?? { start: now, end: now };
  return {
    id,
    object: "invoice",
    account_country: "US",
    account_name: "run8n stand-in",
    account_tax_ids: null,
    amount_due: due,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: due,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: null,
    billing_reason: reason,
    collection_method: "charge_automatically",
    created: now,
    currency: subscription.currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: "none",
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: "self" },
    last_finalization_error: null,
    latest_revision: null,
    lines: {
      object: "list",
      data: lines.map((line) => invoiceLine(world, id, subscription, line)),
      has_more: false,
      url: `/v1/invoices/${id}/lines`,
    },
    livemode: false,
    metadata: {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    parent: {
      type: "subscription_details",
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: period.end,
    period_start: period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: customer.balance,
    statement_descriptor: null,
    status: "draft",
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    test_clock: customer.test_clock ?? null,
    total,
    total_discount_amounts: [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: null,
  };
}

/** Stores a draft and makes it final: numbered, its credit taken from the customer, ready to be paid. */
export function finalize(world: World, draft: Stripe.Invoice): Stripe.Invoice {
  const customer = world.store.get<Stripe.Customer>(draft.customer as string);
  world.emit("invoice.created", world.store.put(draft));
  const sequence = customer.next_invoice_sequence ?? 1;
  const ending = Math.min(0, customer.balance + draft.total);
  change(
    world,
    customer,
    { balance: ending, next_invoice_sequence: sequence + 1 },
    ending !== customer.balance ? "customer.updated" : undefined,
  );
  const open = change(world, draft, {
    status: "open",
    number: `${customer.invoice_prefix}-${String(sequence).padStart(4, "0")}`,
    ending_balance: ending,
    effective_at: draft.created,
    hosted_invoice_url: `${world.url}/i/${draft.id}`,
    status_transitions: { ...draft.status_transitions, finalized_at: draft.created },
  });
  world.emit("invoice.finalized", open);
  return open;
}

function invoiceLine(
  world: World,
  invoice: string,
  subscription: Stripe.Subscription,
  { amount, description, price, quantity, item, proration, period }: Line,
): Stripe.InvoiceLineItem {
  return {
    id: world.id("il"),
    object: "line_item",
    amount,
    currency: price.currency,
    description,
    discount_amounts: [],
    discountable: !proration,
    discounts: [],
    invoice,
    livemode: false,
    metadata: {},
    parent: {
      type: "subscription_item_details",
      invoice_item_details: null,
      rate_card_subscription_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration,
        proration_details: { credited_items: null },
        subscription: subscription.id,
        subscription_item: item,
      },
    } as Stripe.InvoiceLineItem.Parent,
    period,
    pretax_credit_amounts: [],
    pricing: {
      type: "price_details",
      price_details: { price: price.id, product: price.product as string },
      unit_amount_decimal: price.unit_amount_decimal,
    } as Stripe.InvoiceLineItem.Pricing,
    quantity,
    quantity_decimal: String(quantity) as unknown as Stripe.InvoiceLineItem["quantity_decimal"],
    subscription: subscription.id,
    subtotal: amount,
    taxes: [],
  };
}
