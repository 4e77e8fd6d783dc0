import { notFound } from "../errors.ts";

/** Where the values behind `$var:`, `$res:` and the like come from. */
export type Values = {
  variable(path: string): string | undefined;
  /** As stored: what it refers to is not filled in. */
  resource(path: string): unknown;
  /** `WM_WORKSPACE` and the other variables that Windmill knows of a job; undefined for any other name. */
  contextual(name: string): string | undefined;
};

const MARKS = /\$(?:var|jsonvar|res|encrypted):/;
/** References within references end here, like on Windmill, instead of in an endless loop. */
const MAX_DEPTH = 50;
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

/** Fills in a resource's value wherever in it something refers to a variable or another resource. */
export function interpolateResource(value: unknown, values: Values, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw notFound("references between resources are nested too deeply");
  if (typeof value === "string") return reference(value, undefined, values, depth) ?? value;
  if (Array.isArray(value)) return value.map((one) => interpolateResource(one, values, depth + 1));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, interpolateResource(one, values, depth + 1)]),
  );
}

function fill(value: unknown, name: string, values: Values, depth: number): unknown {
  if (typeof value === "string") return reference(value, name, values, 0) ?? value;
  if (Array.isArray(value)) {
    if (depth > 2 || value.length > MAX_ARRAY) return value;
    return value.map((one) => fill(one, name, values, depth + 1));
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, name, values, depth + 1)]));
}

/** What a string refers to, or undefined when it is an ordinary string. `name` is the argument it was found in. */
function reference(text: string, name: string | undefined, values: Values, depth: number): unknown {
  const where = name === undefined ? "" : ` for \`${name}\``;
  const [, mark, path = ""] = /^\$(var|jsonvar|res|encrypted):(.*)$/s.exec(text) ?? [];
  if (mark === "res") {
    if (path.split("/").length < 2) throw notFound(`Argument \`${name ?? path}\` is an invalid resource path: ${path}`);
    const found = values.resource(path);
    if (found === undefined) throw notFound(`Resource ${path} not found${where}`);
    return interpolateResource(found, values, depth + 1);
  }
  if (mark === "encrypted") throw notFound(`the local engine does not serve $encrypted values${where}`);
  if (mark !== undefined) {
    const found = values.variable(path);
    if (found === undefined) throw notFound(`Variable ${path} not found${where}`);
    return mark === "var" ? found : parse(found, path, where);
  }
  return /^\$\w+$/.test(text) ? values.contextual(text.slice(1)) : undefined;
}

function parse(text: string, path: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw notFound(`Variable ${path} is not valid JSON${where}`);
  }
}
