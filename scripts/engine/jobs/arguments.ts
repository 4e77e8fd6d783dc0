import { badRequest } from "../errors.ts";

/** A request's body as Windmill reads it, before it becomes arguments. */
export type Body = {
  /** An object's members, or any other JSON value. */
  value: unknown;
  isObject: boolean;
  /** The body as text: set for text types, and for every type when the caller asks for it. */
  rawString: string | null;
  /** Only from cloud events: the envelope. */
  extra: Record<string, unknown>;
};

const JSON_TYPE = "application/json";

/** Reads a body by its content type. `raw` asks for the text beside the parsed value. Throws 400 when it is malformed. */
export function readBody(contentType: string | null, bytes: Uint8Array, raw: boolean): Body {
  const is = (type: string) => contentType?.startsWith(type) === true;
  if (contentType === null && bytes.length === 0) return object({}, raw ? "" : null);
  if (contentType === null || is(JSON_TYPE)) return readJsonBody(utf8(bytes), raw);
  if (is("application/cloudevents+json")) return readCloudEvent(utf8(bytes), raw);
  if (is("application/cloudevents-batch+json")) throw badRequest("Cloud events batching is not supported yet");
  if (is("application/x-www-form-urlencoded"))
    return object(Object.fromEntries(new URLSearchParams(utf8(bytes))), raw ? utf8(bytes) : null);
  if (is("multipart/form-data"))
    throw badRequest("You need to connect your workspace to an S3 bucket to use multipart/form-data");
  return object({}, textOrBase64(bytes));
}

function readJsonBody(text: string, raw: boolean): Body {
  const rawString = raw ? text : null;
  // Windmill looks at the first character only: with a blank before the brace, an object is passed on as one value.
  if (text.startsWith("{")) return object(parse(text) as Record<string, unknown>, rawString);
  return { value: parse(text), isObject: false, rawString, extra: {} };
}

function readCloudEvent(text: string, raw: boolean): Body {
  const { data = {}, ...envelope } = parse(text) as Record<string, unknown>;
  const rawString = raw ? text : null;
  const extra = { WEBHOOK__METADATA__: envelope };
  if (data !== null && typeof data === "object" && !Array.isArray(data))
    return { ...object(data as Record<string, unknown>, rawString), extra };
  return { value: data, isObject: false, rawString, extra };
}

const object = (value: Record<string, unknown>, rawString: string | null): Body => ({
  value,
  isObject: true,
  rawString,
  extra: {},
});

/** The arguments of a `main` that is called without a preprocessor; `extras` win over what the body says. */
export function mainArguments(body: Body, wrap: boolean, extras: Record<string, unknown>): Record<string, unknown> {
  const base = body.isObject && !wrap ? (body.value as Record<string, unknown>) : { body: body.value };
  return { ...base, ...body.extra, ...extras, ...(body.rawString === null ? {} : { raw_string: body.rawString }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest(`invalid json: ${error instanceof Error ? error.message : "not readable"}`);
  }
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw badRequest("invalid utf8: the body is not UTF-8 text");
  }
}

/** Bytes that are no text travel as base64. */
function textOrBase64(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString("base64");
  }
}
