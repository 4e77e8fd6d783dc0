import { InvalidInputError, TooLargeError, UnsupportedTypeError } from "../errors.ts";
import { header, type RouteEvent } from "./event.ts";
import { parseForm } from "./form.ts";
import { parseJsonObject } from "./json.ts";

export type BodyFormat = "json" | "form";

const CONTENT_TYPES: Record<BodyFormat, string> = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
};
const PARSERS = { json: parseJsonObject, form: parseForm };

/** What Windmill replaces: `$var:path` and its kin, and `$NAME` once such a one stands anywhere beside it. */
const REPLACED_BY_WINDMILL = /^\$(?:[a-z]+:|\w+$)/i;

/**
 * Which of the accepted formats the request claims to be; nothing for a route that accepts none.
 * Throws Unsupported type (415) for any other.
 */
export function bodyFormat(event: RouteEvent, accepts: readonly BodyFormat[]): BodyFormat | undefined {
  if (accepts.length === 0) return undefined;
  const [type, charset] = (header(event, "content-type") ?? "").toLowerCase().split(/\s*;\s*/);
  const format = accepts.find((one) => CONTENT_TYPES[one] === type?.trim());
  if (format && (charset === undefined || /^charset="?utf-8"?$/.test(charset))) return format;
  const accepted = accepts.map((one) => CONTENT_TYPES[one]).join(" or ");
  throw new UnsupportedTypeError(`Content type must be ${accepted}, in UTF-8`, {
    hint: `Send the header "content-type: ${CONTENT_TYPES[accepts[0]!]}".`,
  });
}

/**
 * The body as the caller wrote it: parsed from the raw text, never taken from Windmill's parsed copy, whose values may
 * be secrets. Throws Too large (413) or InvalidInput; no error repeats any of the body.
 */
export function readBody(event: RouteEvent, format: BodyFormat, maxBytes: number): Record<string, unknown> {
  const raw = event.raw_string;
  if (typeof raw !== "string") throw notAsSent();
  if (Buffer.byteLength(raw) > maxBytes) {
    throw new TooLargeError(`Body must not be larger than ${maxBytes} bytes`, { hint: "Send less." });
  }
  const body = PARSERS[format](raw);
  if (!hasKeysOf(event.body, body) && !hasKeysOf(wrapped(event.body), body)) throw notAsSent();
  for (const value of Object.values(body)) checkStrings(value);
  return body;
}

/** The empty body of a route that takes none. Throws InvalidInput for a request that has one. */
export function refuseBody({ raw_string }: RouteEvent): Record<string, unknown> {
  if (raw_string === undefined || raw_string === null || raw_string === "") return {};
  throw new InvalidInputError("This route takes no body", { hint: "Send the request without a body." });
}

/**
 * A raw body that is nothing but `$var:...` has been replaced by that secret. The keys of the parsed copy beside it are
 * never replaced, so they tell.
 */
function hasKeysOf(copy: unknown, body: Record<string, unknown>): boolean {
  if (typeof copy !== "object" || copy === null) return false;
  const keys = Object.keys(body);
  return keys.length === Object.keys(copy).length && keys.every((key) => Object.hasOwn(copy, key));
}

/** Windmill keeps JSON that begins with white space in one further key. */
const wrapped = (copy: unknown): unknown => (copy as { body?: unknown } | null | undefined)?.body;

const notAsSent = () =>
  new InvalidInputError("Body did not arrive as it was sent", { hint: "Send the fields as JSON or as a form." });

/**
 * The arguments that a preprocessor returns are stored, and Windmill replaces strings in them again when it restarts
 * a job whose worker died. So a string that it would replace may not pass, at any depth.
 */
function checkStrings(value: unknown): void {
  if (typeof value === "string") {
    if (REPLACED_BY_WINDMILL.test(value)) {
      throw new InvalidInputError('A value begins with "$" and a reserved word', {
        hint: 'Leave out the leading "$".',
      });
    }
    if (/\0|\p{Surrogate}/u.test(value)) {
      throw new InvalidInputError("A value has characters that are not text", { hint: "Send well-formed Unicode." });
    }
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) checkStrings(inner);
  }
}
