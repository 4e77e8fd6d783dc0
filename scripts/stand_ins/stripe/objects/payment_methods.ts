import type Stripe from "stripe";
import * as z from "zod";
import { endpoint } from "../http/call.ts";
import { paging, text } from "../http/fields.ts";
import { declined, invalid, missing } from "../http/problem.ts";
import type { World } from "../world.ts";

type Card = { brand: "visa"; last4: string; attaches: boolean; charges: boolean };

/** Stripe's test cards, by number and by the id that stands for one. */
const CARDS: { number: string; token: string; card: Card }[] = [
  {
    number: "4242424242424242",
    token: "pm_card_visa",
    card: { brand: "visa", last4: "4242", attaches: true, charges: true },
  },
  {
    number: "4000000000000341",
    token: "pm_card_chargeCustomerFail",
    card: { brand: "visa", last4: "0341", attaches: true, charges: false },
  },
  {
    number: "4000000000000002",
    token: "pm_card_chargeDeclined",
    card: { brand: "visa", last4: "0002", attaches: false, charges: false },
  },
];

/** A test card by its number, as a hosted page takes it. Throws what Stripe says of any other. */
export function tokenOfNumber(number: string): string {
  const digits = number.replaceAll(/[ -]/g, "");
  const known = CARDS.find((one) => one.number === digits);
  if (known) return known.token;
  throw invalid("Your card number is incorrect.", "number", "incorrect_number");
}

/** Attaches a method to a customer; a test id such as `pm_card_visa` makes a new method each time. */
export function attach(world: World, id: string, customer: string): Stripe.PaymentMethod {
  const { store } = world;
  store.get(customer, "customer", "customer");
  const known = store.find<Stripe.PaymentMethod>(id);
  if (known) {
    if (known.customer !== customer) {
      throw invalid("The payment method belongs to another customer.", "payment_method");
    }
    return known;
  }
  const card = CARDS.find(({ token }) => token === id)?.card;
  if (!card) throw missing("PaymentMethod", id, "payment_method");
  if (!card.attaches) throw declined();
  const method = newMethod(world, customer, card);
  store.put(method);
  store.keepMemo(method.id, { charges: card.charges });
  world.emit("payment_method.attached", method);
  return method;
}

/** Whether a charge of this method goes through. */
export const charges = (world: World, method: string): boolean =>
  world.store.memo<{ charges: boolean }>(method)?.charges ?? false;

export const attachMethod = endpoint(z.strictObject({ customer: text }), (world, { customer }, { id = "" }) =>
  attach(world, id, customer),
);

export const listMethods = endpoint(
  z.strictObject({ ...paging, customer: text, type: z.literal("card").optional() }),
  (world, { customer, type: _, ...page }) =>
    world.store.list("/v1/payment_methods", world.store.all<Stripe.PaymentMethod>("payment_method", customer), page),
);

function newMethod(world: World, customer: string, { brand, last4 }: Card): Stripe.PaymentMethod {
  return {
    id: world.id("pm"),
    object: "payment_method",
    allow_redisplay: "unspecified",
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
      country: "US",
      display_brand: brand,
      exp_month: 12,
      exp_year: 2034,
      fingerprint: null,
      funding: "credit",
      generated_from: null,
      last4,
      networks: { available: [brand], preferred: null },
      regulated_status: "unregulated",
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: world.now(customer),
    customer,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: "card",
  };
}
