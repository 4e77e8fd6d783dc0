import { InvalidInputError } from "../errors.ts";

export type PlanChange = {
  organization: string;
  plan: string;
  interval: string;
  accept?: { prorationDate: number; amountDue: number };
};

/** What `accept` has to be. Throws InvalidInput for anything else. */
export function acceptance(value: unknown): PlanChange["accept"] {
  if (value === undefined) return undefined;
  const { prorationDate, amountDue, ...more } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (Number.isSafeInteger(prorationDate) && Number.isSafeInteger(amountDue) && Object.keys(more).length === 0) {
    return { prorationDate: prorationDate as number, amountDue: amountDue as number };
  }
  throw new InvalidInputError("accept must be { prorationDate, amountDue } as the quote had them", {
    hint: "Ask for a quote first: send the same plan without accept.",
  });
}
