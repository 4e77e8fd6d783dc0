import { InvalidInputError } from "../errors.ts";

const MAX_DEPTH = 16;
/** Keys that mean something to JavaScript, or (with `$`) to Windmill's own replacement of strings. */
const FORBIDDEN_KEY = /^(?:__proto__|constructor|prototype|\$.*)$/;
/** Strings and the punctuation that tells which of them are keys; the text is known to be valid JSON. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/**
 * A JSON object from a caller's text. Stricter than JSON.parse: no duplicate keys (two readers would disagree about
 * them), no keys with a meaning of their own, bounded depth. Throws InvalidInput that repeats nothing of the text.
 */
export function parseJsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, so it is left behind.
    throw new InvalidInputError("Body is not valid JSON", { hint: "Send one JSON object." });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidInputError("Body must be a JSON object", { hint: 'Send an object such as {"key": "value"}.' });
  }
  checkKeys(text);
  return value as Record<string, unknown>;
}

function checkKeys(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let lastString = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      open.push(token === "{" ? new Set() : undefined);
      if (open.length > MAX_DEPTH) throw refused(`Body is nested deeper than ${MAX_DEPTH} levels`, "Flatten the body.");
    } else if (token === "}" || token === "]") open.pop();
    else if (token === ":") addKey(open.at(-1), JSON.parse(lastString));
    else lastString = token;
  }
}

function addKey(keys: Set<string> | undefined, key: string): void {
  if (FORBIDDEN_KEY.test(key)) throw refused("Body has a key with a reserved name", "Use the documented keys only.");
  if (keys?.has(key)) throw refused("Body has the same key twice", "Send each key once.");
  keys?.add(key);
}

const refused = (message: string, hint: string) => new InvalidInputError(message, { hint });
