import * as z from "zod";

// How the texts of a form become values. Stripe takes an empty text for "unset this".

export const text = z.string().min(1).max(5000);
export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, "must be an integer")
  .transform(Number);
export const flag = z.enum(["true", "false"]).transform((value) => value === "true");
export const metadata = z.record(z.string(), z.string()).or(z.literal("").transform(() => ({})));
export const unsetting = <T extends z.ZodType>(inner: T) =>
  z
    .literal("")
    .transform(() => null)
    .or(inner);

/** Bounds of a time, as lists take them: `created[gte]=...`. */
export const range = z.strictObject({ gt: integer, gte: integer, lt: integer, lte: integer }).partial();

export const paging = {
  limit: integer.pipe(z.number().min(1).max(100)).optional(),
  starting_after: text.optional(),
  ending_before: text.optional(),
};

/** Changes of metadata merge; an empty text removes its key. */
export function mergedMetadata(
  before: Record<string, string> | null,
  changes: Record<string, string> | undefined,
): Record<string, string> {
  if (!changes) return before ?? {};
  return Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== ""));
}
