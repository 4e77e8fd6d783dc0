import type { Property, Schema } from "./schema.ts";

type JsonSchema = Record<string, unknown>;

/** Windmill's schema as plain JSON Schema: without its own words, a resource as a value or as the path of one. */
export function jsonSchema(schema: Schema | Property): JsonSchema {
  const { type, description, enum: values, properties, items, oneOf, format = "" } = schema as Property;
  const isResource = format.startsWith("resource-") || type === "resource";
  const required = "required" in schema && schema.required.length > 0 ? { required: schema.required } : {};
  const { default: fallback, contentEncoding } = schema as Property;
  return {
    ...(isResource ? { type: ["object", "string"] } : type ? { type } : {}),
    ...(description ? { description } : {}),
    ...(values ? { enum: values } : {}),
    ...(format && !isResource ? { format } : {}),
    ...(contentEncoding ? { contentEncoding } : {}),
    ...(properties ? { properties: mapValues(properties, jsonSchema) } : {}),
    ...(items ? { items: jsonSchema(items) } : {}),
    ...(oneOf ? { oneOf: oneOf.map(jsonSchema) } : {}),
    ...(fallback === undefined || fallback === null ? {} : { default: fallback }),
    ...required,
  };
}

export const objectSchema = (properties: Record<string, JsonSchema>): JsonSchema => ({ type: "object", properties });

function mapValues<T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
