import { internal, notFound, notServed } from "../errors.ts";

/** Where the values behind `$var:`, `$res:` and the like come from. */
export type Values = {
  variable(path: string): string | undefined;
  /** As stored: what it refers to is not filled in. */
  resource(path: string): unknown;
  /** `WM_WORKSPACE` and the other variables that Windmill knows of a job; undefined for any other name. */
  contextual(name: string): string | undefined;
};

const MARKS = /\$(?:var|jsonvar|res|encrypted):/;
/** References within references end here instead of in an endless loop. */
const MAX_DEPTH = 50;
const MAX_ARRAY_DEPTH = 2;
const MAX_ARRAY = 1000;

/**
 * Fills in a job's arguments as a Windmill worker does: a whole string that begins with `$var:`, `$jsonvar:` or `$res:`
 * becomes what it names, in objects at any depth and in arrays near the top. An argument without any of those marks is
 * left alone, so a lone `$WM_EMAIL` stays as it is. Throws when something named does not exist.
 */
export function interpolateArguments(args: Record<string, unknown>, values: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      MARKS.test(JSON.stringify(value) ?? "") ? fill(value, name, values, 0) : value,
    ]),
  );
}

/** Fills in a resource's value wherever something in it refers to a variable or to another resource. */
export function interpolateResource(value: unknown, values: Values, depth = 0): unknown {
  if (depth >= MAX_DEPTH)
    throw internal(`Maximum resource/variable interpolation depth (${MAX_DEPTH}) exceeded: references go in a circle`);
  if (typeof value === "string") return inResource(value, values, depth);
  return eachMember(value, depth, (one) => interpolateResource(one, values, depth + 1));
}

function inResource(text: string, values: Values, depth: number): unknown {
  const found = reference(text, values, "");
  if (found?.mark === "res") return interpolateResource(found.value, values, depth + 1);
  if (found) return found.value;
  return text.startsWith("$WM_") ? (values.contextual(text.slice(1)) ?? text) : text;
}

function fill(value: unknown, name: string, values: Values, depth: number): unknown {
  if (typeof value === "string") return inArgument(value, name, values);
  return eachMember(value, depth, (one, key) => fill(one, key ?? name, values, depth + 1));
}

function inArgument(text: string, name: string, values: Values): unknown {
  const found = reference(text, values, ` for \`${name}\``);
  if (found?.mark === "res") return interpolateResource(found.value, values);
  if (found) return found.value;
  return text.startsWith("$") ? (values.contextual(text.slice(1)) ?? text) : text;
}

/** Objects at any depth; arrays only near the top and only when they are not long. */
function eachMember(value: unknown, depth: number, change: (one: unknown, key?: string) => unknown): unknown {
  if (Array.isArray(value))
    return depth <= MAX_ARRAY_DEPTH && value.length <= MAX_ARRAY ? value.map((one) => change(one)) : value;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one, key)]));
}

/** What a string refers to, or undefined when it is an ordinary string. `where` ends a message. */
function reference(text: string, values: Values, where: string): { mark: string; value: unknown } | undefined {
  const [, mark, path = ""] = /^\$(var|jsonvar|res|encrypted):(.*)$/s.exec(text) ?? [];
  if (mark === undefined) return undefined;
  if (mark === "encrypted") throw notServed(`$encrypted: values${where}`);
  if (mark === "res") {
    if (path.split("/").length < 2) throw internal(`invalid resource path: ${path}${where}`);
    const value = values.resource(path);
    if (value === undefined) throw notFound(`Resource ${path} not found${where}`);
    return { mark, value };
  }
  const variable = values.variable(path);
  if (variable === undefined) throw notFound(`Variable ${path} not found${where}`);
  return { mark, value: mark === "var" ? variable : parse(variable) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw internal("Failed to parse $jsonvar value as JSON");
  }
}
