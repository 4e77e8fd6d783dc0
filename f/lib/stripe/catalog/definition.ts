import { z } from "zod/mini";
import { InvalidInputError } from "../../errors.ts";
import { INTERVALS, type Interval } from "./intervals.ts";

/** What a project sells, as `run8n.json` says it under `billing`. Amounts are in the currency's minor unit. */
export type Billing = { currency: string; plans: Plan[] };

export type Plan = {
  /** What routes and `can` call it: `pro`. */
  key: string;
  name: string;
  /** Without a price the plan is free, and everyone has its features. */
  prices: { interval: Interval; amount: number }[];
  features: string[];
  /** Credits that each paid period brings. */
  credits: number;
  /** Days that a new subscriber has before the first payment. */
  trialDays: number;
  /** Billed afterwards, by what was used. */
  usage?: { meter: string; unitAmount: number };
};

const key = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/, "must be 1 to 40 characters of a-z, 0-9 and _"));
const amount = z.int().check(z.minimum(0), z.maximum(99_999_999));

const BILLING = z.strictObject({
  currency: z.string().check(z.regex(/^[a-z]{3}$/, "must be a lower-case ISO 4217 code")),
  plans: z
    .array(
      z.strictObject({
        key,
        name: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)),
        prices: z._default(
          z.array(z.strictObject({ interval: z.enum(INTERVALS), amount: amount.check(z.minimum(1)) })),
          [],
        ),
        features: z._default(z.array(key).check(z.maxLength(100)), []),
        credits: z._default(amount, 0),
        trialDays: z._default(z.int().check(z.minimum(0), z.maximum(730)), 0),
        usage: z.optional(z.strictObject({ meter: key, unitAmount: amount.check(z.minimum(1)) })),
      }),
    )
    .check(z.minLength(1), z.maxLength(20)),
});

/** Checks what a project sells. Throws InvalidInput that names the field and its limit, never the value. */
export function billingDefinition(value: unknown): Billing {
  const { data, error } = BILLING.safeParse(value);
  if (error) {
    const [issue] = error.issues;
    throw refused(
      issue!.path.join("."),
      issue!.code === "unrecognized_keys" ? "has a field that is not known" : issue!.message,
    );
  }
  const billing = data as Billing;
  refuseTwice(
    "plans",
    billing.plans.map((plan) => plan.key),
  );
  for (const plan of billing.plans) {
    refuseTwice(
      `plans.${plan.key}.prices`,
      plan.prices.map(({ interval }) => interval),
    );
    const free = plan.prices.length === 0;
    if (free && (plan.usage || plan.credits > 0 || plan.trialDays > 0)) {
      throw refused(`plans.${plan.key}`, "has usage, credits or a trial but no price");
    }
  }
  return billing;
}

function refuseTwice(field: string, names: string[]): void {
  if (new Set(names).size !== names.length) throw refused(field, "names the same thing twice");
}

const refused = (field: string, what: string): InvalidInputError =>
  new InvalidInputError(`billing${field ? `.${field}` : ""}: ${what}`, {
    hint: 'See "billing" in schemas/project.schema.json for what it may hold.',
    details: { argument: "billing" },
  });
