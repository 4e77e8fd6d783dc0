declare const of: unique symbol;
const EXPRESSION = Symbol("expression");
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Stands for a value that exists only when the flow runs. */
type Later<T> = { readonly [of]: T };

/** A later value whose fields can be named: `results.schema` has `.status` if the script's result has. */
export type Ref<T> = Later<T> & (T extends object ? { readonly [K in keyof T]: Ref<T[K]> } : unknown);

/** A value of a step's argument: known now, later, or an object or list of both. */
export type Value<T> =
  | T
  | Later<T>
  | (T extends readonly (infer E)[] ? readonly Value<E>[] : T extends object ? { [K in keyof T]: Value<T[K]> } : never);

export type Transform = { type: "static"; value: unknown } | { type: "javascript"; expr: string };

/** A value under this expression; reading a field of it is a value under the field's expression. */
export function reference<T>(expression: string): Ref<T> {
  return new Proxy(
    {},
    {
      get(_, key) {
        if (key === EXPRESSION) return expression;
        return typeof key === "symbol" ? undefined : reference(`${expression}${accessor(key)}`);
      },
    },
  ) as Ref<T>;
}

/** How Windmill gets an argument: as it stands when all of it is known, else by an expression. */
export function transform(value: unknown): Transform {
  if (!holdsReference(value)) return { type: "static", value };
  const expr = expressionOf(value);
  // A statement that begins with a brace would be a block.
  return { type: "javascript", expr: expr.startsWith("{") ? `(${expr})` : expr };
}

/** JavaScript for a value: references by their path, everything else as a literal; a list of objects one to a line. */
export function expressionOf(value: unknown): string {
  const expression = referred(value);
  if (expression) return expression;
  if (Array.isArray(value)) {
    const items = value.map(expressionOf);
    return items.some((item) => item.startsWith("{")) ? `[\n  ${items.join(",\n  ")},\n]` : `[${items.join(", ")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([key, one]) => `${IDENTIFIER.test(key) ? key : JSON.stringify(key)}: ${expressionOf(one)}`,
  );
  return `{ ${fields.join(", ")} }`;
}

function holdsReference(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return referred(value) !== undefined || Object.values(value).some(holdsReference);
}

function referred(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [EXPRESSION]?: string })[EXPRESSION];
}

function accessor(key: string): string {
  if (/^\d+$/.test(key)) return `[${key}]`;
  return IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
