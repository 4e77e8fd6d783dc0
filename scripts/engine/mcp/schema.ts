import type { Doc } from "../store/items.ts";

/** What is left of an item's schema: a tool shows nothing else of it. */
export type InputSchema = { type: "object"; properties: Record<string, unknown>; required: string[] };

/** The schema of a script or flow; one without arguments when it has none that can be read. */
export function inputSchemaOf(schema: unknown): InputSchema {
  const { type = "object", properties = {}, required = [] } = isObject(schema) ? schema : {};
  const isReadable =
    type === "object" && isObject(properties) && Array.isArray(required) && required.every((one) => isText(one));
  if (!isReadable) return { type: "object", properties: {}, required: [] };
  return { type, properties, required: required as string[] };
}

/** An argument's name as MCP clients can carry it: letters, digits and `_`. */
export const argumentName = (key: string): string => key.replaceAll(" ", "_").replace(/[^\p{Alphabetic}\p{N}_]/gu, "");

/** Renames the arguments whose names clients cannot carry, also where they are required. */
export function withArgumentNames({ type, properties, required }: InputSchema): InputSchema {
  return {
    type,
    properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [argumentName(key), value])),
    required: required.map(argumentName),
  };
}

/** The arguments of a call under the names that the script or flow gives them. */
export function withOriginalNames(args: Doc, { properties }: InputSchema): Doc {
  const original = new Map(Object.keys(properties).map((key) => [argumentName(key), key]));
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [original.get(key) ?? key, value]));
}

const TYPES = ["null", "boolean", "object", "array", "number", "string", "integer"];
const SUBSCHEMAS = ["items", "additionalProperties"];
const ALTERNATIVES = ["allOf", "oneOf", "anyOf"];

/** Applies a change to a schema, then to every schema inside it. */
export function mapSchema(schema: unknown, change: (node: Doc) => Doc): unknown {
  if (!isObject(schema)) return schema;
  const node = change(schema);
  const inside = (value: unknown) => mapSchema(value, change);
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (key === "properties" && isObject(value))
        return [key, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inside(one)]))];
      if (SUBSCHEMAS.includes(key)) return [key, inside(value)];
      if (ALTERNATIVES.includes(key) && Array.isArray(value)) return [key, value.map(inside)];
      return [key, value];
    }),
  );
}

/** What strict clients refuse is left out or corrected: Windmill's own keywords, wrong types, wrong enums and defaults. */
export const compatible = (schema: InputSchema): InputSchema => mapSchema(schema, compatibleNode) as InputSchema;

function compatibleNode({ originalType: _original, resourceType: _resource, ...node }: Doc): Doc {
  if (isText(node.format) && node.format.startsWith("resource-")) delete node.format;
  const type = typeOf(node);
  if (type === undefined) delete node.type;
  else node.type = type;
  if (node.default === null && !asList(type).includes("null")) delete node.default;
  if ("enum" in node && !Array.isArray(node.enum)) delete node.enum;
  return node;
}

function typeOf(node: Doc): unknown {
  if ("properties" in node) return "object";
  if ("items" in node) return "array";
  if (node.type === "resource") return "string";
  const types = asList(node.type)
    .filter((one) => TYPES.includes(one as string))
    .map((one) => (one === "integer" ? "number" : one));
  return types.length > 1 ? types : types[0];
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const isText = (value: unknown): value is string => typeof value === "string";
export const isObject = (value: unknown): value is Doc =>
  value !== null && typeof value === "object" && !Array.isArray(value);
