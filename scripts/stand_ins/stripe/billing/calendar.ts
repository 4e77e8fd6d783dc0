import type Stripe from "stripe";

export const HOUR = 3600;
export const DAY = 86_400;

/** The end of the n-th period after the anchor; the 31st becomes the last day of a shorter month, and the 31st again after it. */
export function periodEnd(anchor: number, { interval, interval_count }: Stripe.Price.Recurring, n: number): number {
  const steps = interval_count * n;
  if (interval === "day") return anchor + steps * DAY;
  if (interval === "week") return anchor + steps * 7 * DAY;
  const from = new Date(anchor * 1000);
  const months = from.getUTCMonth() + steps * (interval === "year" ? 12 : 1);
  const last = new Date(Date.UTC(from.getUTCFullYear(), months + 1, 0)).getUTCDate();
  const to = new Date(from);
  to.setUTCFullYear(from.getUTCFullYear(), months, Math.min(from.getUTCDate(), last));
  return to.getTime() / 1000;
}

/** The end of the period that begins at `start`. */
export function nextPeriodEnd(anchor: number, recurring: Stripe.Price.Recurring, start: number): number {
  let n = 1;
  while (periodEnd(anchor, recurring, n) <= start) n += 1;
  return periodEnd(anchor, recurring, n);
}
