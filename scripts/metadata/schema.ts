import type { Doc } from "./doc.ts";
import type { Problem } from "./files.ts";
import type { Argument, Prop, Typ } from "./signature.ts";

/** A property as Windmill keeps it: JSON Schema plus its own `originalType` and `resource-*` formats. */
export type Property = {
  description?: string;
  default?: unknown;
  type: string;
  format?: string;
  contentEncoding?: string;
  originalType?: string;
  enum?: string[];
  title?: string;
  items?: Property | { type: string; enum?: string[]; resourceType?: string };
  properties?: Record<string, Property>;
  oneOf?: Property[];
};

export type Schema = {
  $schema: string;
  type: "object";
  order: string[];
  properties: Record<string, Property>;
  required: string[];
};

const SIMPLE: Record<string, Property> = {
  int: { type: "integer" },
  float: { type: "number" },
  bool: { type: "boolean" },
  datetime: { type: "string", format: "date-time" },
  email: { type: "string", format: "email" },
  bytes: { type: "string", contentEncoding: "base64", originalType: "bytes" },
  unknown: { type: "" },
};

/**
 * The schema Windmill itself infers from a signature, with the doc comment's texts in it. `order` keeps the arguments as
 * they are declared, since the properties of a pulled file are sorted by name.
 */
export function schemaOf(args: Argument[], params: Doc["params"]): Schema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    order: args.map((arg) => arg.name),
    properties: Object.fromEntries(
      args.map((arg) => [arg.name, { ...property(arg.typ, arg.name, params), default: arg.default }]),
    ),
    required: args.filter((arg) => !arg.has_default).map((arg) => arg.name),
  };
}

/** Arguments without a text, texts without an argument, and types that no form and no caller can fill. */
export function argumentProblems(file: string, args: Argument[], params: Doc["params"]): Problem[] {
  const known = new Set(args.flatMap((arg) => namesIn(arg.typ, arg.name)));
  const undocumented = args.filter((arg) => !params.get(arg.name));
  const stray = [...params.keys()].filter((name) => !known.has(name));
  const opaque = args.filter((arg) => !isKnown(arg.typ));
  return [
    ...undocumented.map(({ name }) => ({ file, argument: name, message: `argument "${name}" has no @param text` })),
    ...stray.map((name) => ({ file, argument: name, message: `@param "${name}" is not an argument of main` })),
    ...opaque.map(({ name }) => ({ file, argument: name, message: `Windmill has no form for the type of "${name}"` })),
  ];
}

function property(typ: Typ, path: string, params: Doc["params"]): Property {
  return { description: params.get(path) ?? "", ...shape(typ, path, params) };
}

function shape(typ: Typ, path: string, params: Doc["params"]): Property {
  if (typeof typ === "string") return { ...(SIMPLE[typ] ?? { type: "" }) };
  if ("str" in typ) {
    return typ.str
      ? { type: "string", originalType: "enum", enum: typ.str }
      : { type: "string", originalType: "string" };
  }
  if ("resource" in typ) return { type: "object", format: `resource-${typ.resource}` };
  if ("list" in typ) return list(typ.list, path, params);
  if ("oneof" in typ) {
    const oneOf = typ.oneof.map(({ label, properties }) => ({
      type: "object",
      title: label,
      properties: shapes(properties, path, params),
    }));
    return { type: "object", oneOf };
  }
  return { type: "object", ...(typ.object.props ? { properties: shapes(typ.object.props, path, params) } : {}) };
}

function shapes(props: Prop[], path: string, params: Doc["params"]): Record<string, Property> {
  return Object.fromEntries(props.map(({ key, typ }) => [key, property(typ, `${path}.${key}`, params)]));
}

function list(item: Typ, path: string, params: Doc["params"]): Property {
  const array = (items: Property["items"], originalType: string): Property => ({ type: "array", items, originalType });
  if (item === "int" || item === "float") return array({ type: "number" }, "number[]");
  if (item === "bytes") return array({ type: "string", contentEncoding: "base64" }, "bytes[]");
  if (typeof item === "string" || "list" in item || "oneof" in item) return array({ type: "object" }, "object[]");
  if ("str" in item) {
    return item.str ? array({ type: "string", enum: item.str }, "enum[]") : array({ type: "string" }, "string[]");
  }
  if ("resource" in item) return array({ type: "resource", resourceType: item.resource }, "resource[]");
  const { props = [] } = item.object;
  if (props.length === 0) return array({ type: "object" }, "record[]");
  return array({ type: "object", properties: shapes(props, path, params) }, "record[]");
}

/** The argument itself and every field that a dotted @param may name. */
function namesIn(typ: Typ, path: string): string[] {
  if (typeof typ === "string") return [path];
  if ("list" in typ) return namesIn(typ.list, path);
  const props = "object" in typ ? typ.object.props : "oneof" in typ ? typ.oneof.flatMap((one) => one.properties) : [];
  return [path, ...(props ?? []).flatMap(({ key, typ: inner }) => namesIn(inner, `${path}.${key}`))];
}

function isKnown(typ: Typ): boolean {
  if (typeof typ === "string") return typ in SIMPLE;
  if ("list" in typ) return isKnown(typ.list);
  return "str" in typ || "resource" in typ || "oneof" in typ || "object" in typ;
}
