import type { Transform } from "./reference.ts";

/** One input of a flow, as JSON Schema. An input with a default may be left out; Windmill does not fill it in for steps. */
export type Input = { description: string; optional?: true } & (
  | { type: "string"; enum?: readonly string[]; default?: string }
  | { type: "number" | "integer"; default?: number }
  | { type: "boolean"; default?: boolean }
  | { type: "object"; default?: undefined }
);

type Typed<I extends Input> = I extends { enum: readonly (infer E)[] }
  ? E
  : { string: string; number: number; integer: number; boolean: boolean; object: object }[I["type"]];
/** What a step sees of an input. */
export type InputValue<I extends Input> = I extends { optional: true } ? Typed<I> | undefined : Typed<I>;

/** `when` is an expression that sees `error` and `result`; the step is tried again only while it holds. */
export type Retry = { attempts: number; seconds: number; when?: string };

export type StepOptions = { retry?: Retry; timeoutSeconds?: number };

type ScriptStep = { type: "script"; path: string; input_transforms: Record<string, Transform> };
type Loop = {
  type: "forloopflow";
  modules: Module[];
  iterator: Transform;
  skip_failures: false;
  parallel: boolean;
  parallelism?: number;
};

/** A step as Windmill stores it. */
export type Module = {
  id: string;
  value: ScriptStep | Loop;
  retry?: { constant: { attempts: number; seconds: number }; retry_if?: { expr: string } };
  timeout?: { type: "static"; value: number };
};

/** A flow as Windmill stores it. */
export type Flow = {
  summary: string;
  description: string;
  value: { modules: Module[]; failure_module?: Module };
  schema: object;
};

/** Every step that runs a script, those in loops included. */
export function stepsOf({ value }: Flow): { id: string; value: ScriptStep }[] {
  const flat = (modules: Module[]): { id: string; value: ScriptStep }[] =>
    modules.flatMap(({ id, value: step }) => (step.type === "script" ? [{ id, value: step }] : flat(step.modules)));
  return flat([...value.modules, ...(value.failure_module ? [value.failure_module] : [])]);
}
