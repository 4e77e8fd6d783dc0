import type Stripe from "stripe";

export type Prices = { basic: string; pro: string };
export type Customer = { id: string; organization: string };

const PER_CLOCK = 25;
const DAY = 86_400;
/** Two months on from the 1st of January 2030, a step beyond each renewal. */
const START = Date.UTC(2030, 0, 1) / 1000;
const RENEWALS = [START + 32 * DAY, START + 61 * DAY];

/**
 * Lives the subscriptions of many customers, the same ones each time: they subscribe, change plan back and forth, are about
 * to leave and stay, miss a payment and catch up or not, renew twice, and a third of them leaves.
 */
export async function live(stripe: Stripe, prices: Prices, customers: (Customer & { clock: string })[]): Promise<void> {
  for (let from = 0; from < customers.length; from += PER_CLOCK) {
    const group = customers.slice(from, from + PER_CLOCK);
    const lives = group.map((customer, at) => new Life(stripe, prices, customer, from + at));
    for (const one of lives) await one.begin();
    for (const renewal of RENEWALS) {
      await stripe.testHelpers.testClocks.advance(group[0]!.clock, { frozen_time: renewal });
      for (const one of lives) await one.goOn();
    }
    for (const one of lives) await one.end();
  }
}

/** Customers in groups that share a clock. */
export async function newCustomers(
  stripe: Stripe,
  project: string,
  organizations: string[],
): Promise<(Customer & { clock: string })[]> {
  const made: (Customer & { clock: string })[] = [];
  let clock = "";
  for (const [at, organization] of organizations.entries()) {
    if (at % PER_CLOCK === 0) clock = (await stripe.testHelpers.testClocks.create({ frozen_time: START })).id;
    const { id } = await stripe.customers.create({
      metadata: { project, organization },
      test_clock: clock,
      payment_method: "pm_card_visa",
      invoice_settings: { default_payment_method: "pm_card_visa" },
    });
    made.push({ id, organization, clock });
  }
  return made;
}

class Life {
  private readonly stripe: Stripe;
  private readonly prices: Prices;
  private readonly customer: Customer;
  private readonly number: number;
  private subscription!: Stripe.Subscription;

  constructor(stripe: Stripe, prices: Prices, customer: Customer, number: number) {
    this.stripe = stripe;
    this.prices = prices;
    this.customer = customer;
    this.number = number;
  }

  async begin(): Promise<void> {
    const items = [{ price: this.number % 2 ? this.prices.basic : this.prices.pro }];
    this.subscription = await this.stripe.subscriptions.create({ customer: this.customer.id, items });
    await this.change(this.number % 2 ? this.prices.pro : this.prices.basic);
    await this.leave(true);
    await this.leave(false);
    if (this.number % 5 === 0) await this.useCard("pm_card_chargeCustomerFail");
  }

  async goOn(): Promise<void> {
    const { status, latest_invoice } = await this.stripe.subscriptions.retrieve(this.subscription.id);
    if (status === "canceled") return;
    if (status === "past_due" && this.number % 10 === 0) {
      await this.useCard("pm_card_visa");
      await this.stripe.invoices.pay(latest_invoice as string);
    }
    await this.leave(true);
    await this.leave(false);
    await this.stripe.subscriptions.update(this.subscription.id, { metadata: { step: String(Math.random()) } });
  }

  async end(): Promise<void> {
    const { status } = await this.stripe.subscriptions.retrieve(this.subscription.id);
    if (status === "canceled") return;
    if (this.number % 3 === 0) await this.stripe.subscriptions.cancel(this.subscription.id);
    else if (status === "active") await this.change(this.number % 4 ? this.prices.pro : this.prices.basic);
  }

  private async change(price: string): Promise<void> {
    const [item] = this.subscription.items.data;
    await this.stripe.subscriptions.update(this.subscription.id, {
      items: [{ id: item!.id, price }],
      proration_behavior: "always_invoice",
    });
  }

  private leave(ending: boolean): Promise<unknown> {
    return this.stripe.subscriptions.update(this.subscription.id, { cancel_at_period_end: ending });
  }

  private async useCard(card: string): Promise<void> {
    const { id } = await this.stripe.paymentMethods.attach(card, { customer: this.customer.id });
    await this.stripe.customers.update(this.customer.id, { invoice_settings: { default_payment_method: id } });
  }
}
