import type { Transform, Transforms } from "./definition.ts";
import type { Evaluate, Scope } from "./expressions.ts";

/**
 * The arguments of a step. A static value passes as it stands: `$res:` and `$var:` in it are replaced where the step
 * runs. Throws an Error that quotes the expression that failed.
 */
export function argumentsFrom(transforms: Transforms, evaluate: Evaluate, scope: Scope): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(transforms).map(([name, transform]) => [name, settingFrom(transform, evaluate, scope)]),
  );
}

function settingFrom(transform: Transform, evaluate: Evaluate, scope: Scope): unknown {
  if (transform.type === "static") return transform.value ?? null;
  try {
    return evaluate(transform.expr, scope);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`Error during isolated evaluation of expression \`${transform.expr}\`:\n${message}`);
  }
}

/** A setting such as `timeout`, `sleep` or `parallelism`; throws an Error when it is no number of zero or more. */
export function numberFrom(setting: number | Transform, name: string, evaluate: Evaluate, scope: Scope): number {
  const value = typeof setting === "number" ? setting : settingFrom(setting, evaluate, scope);
  if (typeof value === "number" && value >= 0) return value;
  throw new Error(`Expected ${name} to be a number of zero or more, found: ${JSON.stringify(value)}`);
}

/** Whether a predicate holds. It is an expression, not statements, as Windmill wraps it in `Boolean()`. */
export const holds = (expression: string, evaluate: Evaluate, scope: Scope): boolean =>
  evaluate(`Boolean(${expression})`, scope) === true;
