import * as z from "zod";
import { InvalidInputError } from "../../errors.ts";
import { INTERVALS } from "./intervals.ts";

const key = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "must be 1 to 40 characters of a-z, 0-9 and _");
const amount = z.int().min(1).max(99_999_999);

const PLAN = z.strictObject({
  key: key.describe("What routes and code call it."),
  name: z.string().trim().min(1).max(100).describe("What buyers read."),
  prices: z
    .array(
      z.strictObject({
        interval: z.enum(INTERVALS),
        amount: amount.describe("In the currency's minor unit: 1900 is $19.00."),
      }),
    )
    .default([])
    .describe("Without a price the plan is free, and everyone has its features."),
  features: z.array(key).max(100).default([]).describe("What `can` says yes to while the plan is paid for."),
  credits: z.int().min(0).max(99_999_999).default(0).describe("Credits that each paid period brings."),
  trialDays: z.int().min(0).max(730).default(0).describe("Days before the first payment of a first subscription."),
  usage: z.strictObject({ meter: key, unitAmount: amount }).optional().describe("Billed afterwards, by what was used."),
});

/** What a project sells, as `run8n.json` says it under `billing`. */
export const BILLING = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[a-z]{3}$/, "must be a lower-case ISO 4217 code")
      .meta({ examples: ["usd", "eur"] }),
    plans: z.array(PLAN).min(1).max(20),
  })
  .superRefine(({ plans }, { addIssue }) => {
    const refuse = (path: (string | number)[], message: string) => addIssue({ code: "custom", path, message });
    if (hasTwice(plans.map((plan) => plan.key))) refuse(["plans"], "names the same plan twice");
    for (const [at, { prices, usage, credits, trialDays }] of plans.entries()) {
      if (hasTwice(prices.map(({ interval }) => interval))) refuse(["plans", at, "prices"], "names an interval twice");
      const free = prices.length === 0;
      if (free && (usage || credits > 0 || trialDays > 0)) {
        refuse(["plans", at], "has usage, credits or a trial but no price");
      }
    }
  });

export type Billing = z.infer<typeof BILLING>;
export type Plan = Billing["plans"][number];

/** Checks what a project sells. Throws InvalidInput that names the field and its limit, never the value. */
export function billingDefinition(value: unknown): Billing {
  const { data, error } = BILLING.safeParse(value);
  if (data) return data;
  const [issue] = error.issues;
  throw new InvalidInputError(`${["billing", ...issue!.path].join(".")}: ${issue!.message.replace(/: "[^"]*"$/, "")}`, {
    hint: 'See "billing" in schemas/project.schema.json for what it may hold.',
    details: { argument: "billing" },
  });
}

const hasTwice = (names: string[]): boolean => new Set(names).size !== names.length;
