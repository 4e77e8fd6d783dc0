import type { Flow, Input, InputValue, Module, Retry, StepOptions } from "./flow.ts";
import { expressionOf, type Ref, reference, transform, type Value } from "./reference.ts";
import type { Signatures } from "./signatures.ts";

/** Values by the names of a tuple: a parameter that has a default becomes an optional key. */
type Named<N, V> = N extends readonly [infer Name extends string, ...infer Names]
  ? V extends readonly [infer First, ...infer Rest]
    ? { [K in Name]: Value<First> } & Named<Names, Rest>
    : V extends readonly [(infer First)?, ...infer Rest]
      ? { [K in Name]?: Value<First | undefined> } & Named<Names, Rest>
      : unknown
  : unknown;

type Path = keyof Signatures;
type Arguments<P extends Path> = Named<Signatures[P][1], Parameters<Signatures[P][0]>>;
type Result<P extends Path> = Awaited<ReturnType<Signatures[P][0]>>;

export type FlowBuilder<I extends Record<string, Input>> = {
  /** What the flow was started with; an input left out has its default. */
  input: { readonly [K in keyof I]: Ref<InputValue<I[K]>> };
  /** Runs a script after all steps before it, and stands for its result. The last step's result is the flow's. */
  step<P extends Path>(id: string, path: P, args: Arguments<P>, options?: StepOptions): Ref<Result<P>>;
  /**
   * Runs the steps of the body for each item, one after the other, or so many at the same time as `atOnce` says; stands
   * for the list of what their last step answered. Stops at the first item that fails.
   */
  forEach<T, R>(
    id: string,
    items: Ref<readonly T[]>,
    body: (item: Ref<T>) => Ref<R>,
    options?: { atOnce?: number },
  ): Ref<R[]>;
  /** Runs a script once when a step has failed for good. The flow still fails. */
  onFailure<P extends Path>(path: P, args: (error: Ref<{ message: string; step_id: string }>) => Arguments<P>): void;
};

/** Tries a step again after a crash or an error that says it may pass; a typed error that will not is final at once. */
export const retryable = (attempts: number, seconds: number): Retry => ({
  attempts,
  seconds,
  when: "error?.extra?.retryable !== false",
});

/**
 * A flow as Windmill stores it, from typed steps: a script, argument, input or earlier result that does not exist is a
 * type error. Throws on two steps with one id, and on an id that expressions cannot name.
 */
export function defineFlow<const I extends Record<string, Input>>(
  about: { summary: string; description: string; input: I },
  build: (flow: FlowBuilder<I>) => void,
): Flow {
  const modules: Module[] = [];
  const ids = new Set<string>();
  let open = modules;
  let failure: Module | undefined;
  const add = (module: Module) => {
    const { id } = module;
    if (!/^[a-z][a-z0-9_]*$/.test(id) || ids.has(id)) throw new Error(`Step id "${id}" is taken or not in snake_case`);
    ids.add(id);
    open.push(module);
  };
  const input = Object.fromEntries(
    Object.entries(about.input).map(([name, one]) => [name, reference(inputExpression(name, one))]),
  ) as FlowBuilder<I>["input"];
  build({
    input,
    step(id, path, args, options = {}) {
      add(scriptModule(id, path, args, options));
      return reference(`results.${id}`);
    },
    forEach(id, items, body, { atOnce = 1 } = {}) {
      const loop = { type: "forloopflow" as const, modules: [], iterator: transform(items) };
      const parallel = atOnce > 1 ? { parallel: true, parallelism: atOnce } : { parallel: false };
      add({ id, value: { ...loop, skip_failures: false, ...parallel } });
      const outer = open;
      open = loop.modules;
      body(reference("flow_input.iter.value"));
      open = outer;
      return reference(`results.${id}`);
    },
    onFailure(path, args) {
      failure = scriptModule("failure", path, args(reference("error")), {});
    },
  });
  const { summary, description } = about;
  const value = { modules, ...(failure ? { failure_module: failure } : {}) };
  return { summary, description, value, schema: inputSchema(about.input) };
}

function scriptModule(id: string, path: string, args: object, { retry, timeoutSeconds }: StepOptions): Module {
  const transforms = Object.entries(args).map(([name, value]) => [name, transform(value)]);
  return {
    id,
    value: { type: "script", path, input_transforms: Object.fromEntries(transforms) },
    ...(retry
      ? {
          retry: {
            constant: { attempts: retry.attempts, seconds: retry.seconds },
            ...(retry.when ? { retry_if: { expr: retry.when } } : {}),
          },
        }
      : {}),
    ...(timeoutSeconds ? { timeout: { type: "static", value: timeoutSeconds } } : {}),
  };
}

function inputExpression(name: string, input: Input): string {
  const value = `flow_input.${name}`;
  return input.default === undefined ? value : `(${value} ?? ${expressionOf(input.default)})`;
}

function inputSchema(input: Record<string, Input>): object {
  const properties = Object.entries(input).map(([name, { optional: _, ...schema }]) => [name, schema]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    order: Object.keys(input),
    properties: Object.fromEntries(properties),
    required: Object.keys(input).filter((name) => input[name]?.default === undefined && !input[name]?.optional),
  };
}
