import { expressionOf, type Ref, reference, type Transform, transform, type Value } from "./reference.ts";
import type { Signatures } from "./signatures.ts";

/** One input of a flow, as JSON Schema. An input with a default may be left out; Windmill does not fill it in for steps. */
export type Input = { description: string } & (
  | { type: "string"; enum?: readonly string[]; default?: string }
  | { type: "number" | "integer"; default?: number }
  | { type: "boolean"; default?: boolean }
);

type InputValue<I extends Input> = I extends { enum: readonly (infer E)[] }
  ? E
  : { string: string; number: number; integer: number; boolean: boolean }[I["type"]];

/** Values by the names of a tuple: a parameter that has a default becomes an optional key. */
type Named<N, V> = N extends readonly [infer Name extends string, ...infer Names]
  ? V extends readonly [infer First, ...infer Rest]
    ? { [K in Name]: Value<First> } & Named<Names, Rest>
    : V extends readonly [(infer First)?, ...infer Rest]
      ? { [K in Name]?: Value<First> } & Named<Names, Rest>
      : unknown
  : unknown;

type Path = keyof Signatures;
type Arguments<P extends Path> = Named<Signatures[P][1], Parameters<Signatures[P][0]>>;
type Result<P extends Path> = Awaited<ReturnType<Signatures[P][0]>>;

/** `when` is an expression that sees `error` and `result`; the step is tried again only while it holds. */
export type Retry = { attempts: number; seconds: number; when?: string };

export type StepOptions = { retry?: Retry; timeoutSeconds?: number };

export type Module = {
  id: string;
  value: { type: "script"; path: string; input_transforms: Record<string, Transform> };
  retry?: { constant: { attempts: number; seconds: number }; retry_if?: { expr: string } };
  timeout?: { type: "static"; value: number };
};

export type Flow = {
  summary: string;
  description: string;
  value: { modules: Module[]; failure_module?: Module };
  schema: object;
};

export type FlowBuilder<I extends Record<string, Input>> = {
  /** What the flow was started with; an input left out has its default. */
  input: { readonly [K in keyof I]: Ref<InputValue<I[K]>> };
  /** Runs a script after all steps before it, and stands for its result. The last step's result is the flow's. */
  step<P extends Path>(id: string, path: P, args: Arguments<P>, options?: StepOptions): Ref<Result<P>>;
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
  let failure: Module | undefined;
  const input = Object.fromEntries(
    Object.entries(about.input).map(([name, one]) => [name, reference(inputExpression(name, one))]),
  ) as FlowBuilder<I>["input"];
  build({
    input,
    step(id, path, args, options = {}) {
      if (!/^[a-z][a-z0-9_]*$/.test(id) || modules.some((one) => one.id === id)) {
        throw new Error(`Step id "${id}" is taken or not in snake_case`);
      }
      modules.push(scriptModule(id, path, args, options));
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
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    order: Object.keys(input),
    properties: input,
    required: Object.keys(input).filter((name) => input[name]?.default === undefined),
  };
}
