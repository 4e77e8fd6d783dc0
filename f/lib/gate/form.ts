import { InvalidInputError } from "../errors.ts";

/**
 * The fields of an `application/x-www-form-urlencoded` body, what a browser sends for a form without a script.
 * Throws InvalidInput for bad UTF-8, a bad escape or a field sent twice; it repeats nothing of the text.
 */
export function parseForm(text: string): Record<string, unknown> {
  const fields = new Map<string, string>();
  for (const pair of text.split("&").filter(Boolean)) {
    const [name = "", ...value] = pair.split("=");
    const key = decode(name);
    if (fields.has(key)) {
      throw new InvalidInputError("Form has the same field twice", { hint: "Send each field once." });
    }
    fields.set(key, decode(value.join("=")));
  }
  // Not a plain object: a field named __proto__ must stay a field, to be refused by its name.
  return Object.assign(Object.create(null), Object.fromEntries(fields));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new InvalidInputError("Form is not valid UTF-8 in URL encoding", { hint: "Encode the form as UTF-8." });
  }
}
