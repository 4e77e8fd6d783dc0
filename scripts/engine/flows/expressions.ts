import { simplePath } from "./expression_text.ts";
import { loadInterpreter } from "./interpreter.ts";

/** What an expression can see. */
export type Scope = {
  /** `flow_input`, `previous_result`, `resume` and so on, by name. */
  values: Record<string, unknown>;
  /** The result of a step by its id, null when there is none. Absent where expressions have no `results`. */
  result?(id: string): unknown;
  flowEnv(): Record<string, unknown>;
  /** The next two throw an Error when there is no such item. */
  variable(path: string): string;
  resource(path: string): unknown;
  userState(key: string): unknown;
};

/** The value of an expression as JSON can hold it; throws an Error with Windmill's message when it has none. */
export type Evaluate = (expression: string, scope: Scope) => unknown;

/** Loads QuickJS, which Windmill uses too; it is some 500 KB, so only an engine that runs flows pays for it. */
export async function loadEvaluator(): Promise<Evaluate> {
  let interpreter = await loadInterpreter();
  return (expression, scope) => {
    const simple = simplePath(expression);
    const found = simple && lookUp(simple.root, simple.path, scope);
    if (found) return found.value;
    try {
      return interpreter.evaluate(expression, scope);
    } finally {
      if (interpreter.hasGrown()) void replace();
    }
  };

  /** The memory of an interpreter never shrinks, so one that was given a lot to do makes room for a new one. */
  async function replace(): Promise<void> {
    interpreter = await loadInterpreter();
  }
}

function lookUp(root: string, [first = "", ...rest]: string[], scope: Scope): { value: unknown } | undefined {
  if (root === "results") return scope.result && { value: dig(scope.result(first), rest) };
  return { value: dig(root === "flow_env" ? scope.flowEnv() : scope.values.flow_input, [first, ...rest]) };
}

function dig(value: unknown, [key, ...rest]: string[]): unknown {
  if (key === undefined) return value ?? null;
  if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return null;
  return dig((value as Record<string, unknown>)[key], rest);
}
