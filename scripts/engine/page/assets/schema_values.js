/** @import { Schema } from "../shapes.ts" */

/** Thrown for what somebody typed; `message` says what is expected. */
export class Refused extends Error {}

/** @typedef {"resource" | "choice" | "boolean" | "number" | "integer" | "moment" | "secret" | "text" | "json"} FieldKind */

/** How an argument is asked for. @param {Schema} schema @returns {FieldKind} */
export function kindOf({ type, format, enum: choices }) {
  if (format?.startsWith("resource-")) return "resource";
  if (Array.isArray(choices) && choices.length > 0) return "choice";
  if (type === "boolean" || type === "number" || type === "integer") return type;
  if (format === "date-time") return "moment";
  if (type === "string") return format === "password" ? "secret" : "text";
  return "json";
}

/** The arguments in the order their author wrote them. @param {Schema | null | undefined} schema @returns {[string, Schema][]} */
export function argumentsOf(schema) {
  const properties = schema?.properties ?? {};
  const order = (schema?.order ?? []).filter((name) => Object.hasOwn(properties, name));
  const rest = Object.keys(properties).filter((name) => !order.includes(name));
  return [...order, ...rest].map((name) => [name, properties[name] ?? {}]);
}

/**
 * The value that a text stands for; undefined when it is empty.
 * @param {FieldKind} kind @param {Schema} schema @param {string} text
 */
export function valueFrom(kind, schema, text) {
  if (text.trim() === "") return undefined;
  switch (kind) {
    case "number":
    case "integer":
      return numberOf(kind, schema, text.trim());
    case "moment":
      return new Date(text).toISOString();
    case "json":
      return jsonOf(schema, text);
    default:
      return textOf(schema, text);
  }
}

/** @param {"number" | "integer"} kind @param {Schema} schema @param {string} text */
function numberOf(kind, { minimum, maximum }, text) {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Refused("This must be a number.");
  if (kind === "integer" && !Number.isInteger(value)) throw new Refused("This must be a whole number.");
  if (minimum !== undefined && value < minimum) throw new Refused(`This must be at least ${minimum}.`);
  if (maximum !== undefined && value > maximum) throw new Refused(`This must be at most ${maximum}.`);
  return value;
}

/** @param {Schema} schema @param {string} text */
function textOf({ pattern }, text) {
  if (pattern !== undefined && !matches(pattern, text)) throw new Refused(`This must match ${pattern}.`);
  return text;
}

/** A pattern that is no regular expression here refuses nothing. @param {string} pattern @param {string} text */
function matches(pattern, text) {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}

/** @param {Schema} schema @param {string} text */
function jsonOf({ type }, text) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // A resource or variable may stand for any value.
    if (/^\$(?:res|var|jsonvar):\S+$/.test(text.trim())) return text.trim();
    throw new Refused(`This is not JSON: ${/** @type {Error} */ (error).message}.`);
  }
  if (type === "array" && !Array.isArray(value)) throw new Refused("This must be a list, such as [1, 2].");
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  if (type === "object" && !isObject) throw new Refused('This must be an object, such as { "name": "Ada" }.');
  return value;
}

/** How a value is written into its field. @param {FieldKind} kind @param {unknown} value */
export function toText(kind, value) {
  if (value === undefined || value === null) return "";
  if (kind === "moment") return toLocal(String(value));
  if (typeof value === "string") return kind === "json" && !value.startsWith("$") ? JSON.stringify(value) : value;
  return kind === "json" || kind === "resource" ? JSON.stringify(value, null, 2) : String(value);
}

/** `datetime-local` knows no time zone: it shows the reader's. @param {string} iso */
function toLocal(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
