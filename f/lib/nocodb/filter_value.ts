import { InvalidInputError } from "../errors.ts";

/** NocoDB takes a value in any of three quotes and knows no escape in any of them. */
const QUOTES = ['"', "'", "`"];

/** A value as v3's filters take it. Throws InvalidInput for the rare text that no quotes fit around. */
export function filterValue(value: string | number): string {
  const text = String(value);
  const quote = QUOTES.find((one) => !text.includes(one));
  if (quote && text !== "" && !text.endsWith("\\")) return `${quote}${text}${quote}`;
  throw new InvalidInputError(
    "NocoDB cannot look for a text that is empty, has all three quotes or ends with a backslash",
    {
      hint: "Leave that value out, or look for the record by another field.",
    },
  );
}
