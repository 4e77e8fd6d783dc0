import type { FlowValue } from "../jobs/job.ts";

/** How an argument or setting is given: a value, or an expression that yields it. */
export type Transform = { type: "static"; value?: unknown } | { type: "javascript"; expr: string };
export type Transforms = Record<string, Transform>;
export type StopPredicate = {
  expr: string;
  skip_if_stopped?: boolean;
  error_message?: string | null;
  error_include_result?: boolean;
};
export type Retry = {
  constant?: { attempts?: number; seconds?: number };
  exponential?: { attempts?: number; multiplier?: number; seconds?: number; random_factor?: number };
  retry_if?: { expr: string };
};
export type Suspend = {
  required_events?: number;
  timeout?: number;
  user_auth_required?: boolean;
  user_groups_required?: Transform;
  self_approval_disabled?: boolean;
  continue_on_disapprove_timeout?: boolean;
};

export type ScriptValue = { type: "script"; path: string; hash?: string; input_transforms?: Transforms };
export type RawScriptValue = {
  type: "rawscript";
  content: string;
  language: string;
  lock?: string;
  path?: string;
  input_transforms?: Transforms;
};
export type SubflowValue = {
  type: "flow";
  path: string;
  input_transforms?: Transforms;
  pass_flow_input_directly?: boolean;
};
export type RunnableValue = ScriptValue | RawScriptValue | SubflowValue;
export type ForLoopValue = {
  type: "forloopflow";
  modules: Module[];
  iterator: Transform;
  skip_failures?: boolean;
  parallel?: boolean;
  parallelism?: number | Transform;
};
export type WhileLoopValue = { type: "whileloopflow"; modules: Module[]; skip_failures?: boolean };
export type BranchOneValue = {
  type: "branchone";
  branches: { summary?: string; expr: string; modules: Module[] }[];
  default?: Module[];
};
export type BranchAllValue = {
  type: "branchall";
  branches: { summary?: string; skip_failure?: boolean; modules: Module[] }[];
  parallel?: boolean;
};
export type ModuleValue =
  | RunnableValue
  | { type: "identity" }
  | ForLoopValue
  | WhileLoopValue
  | BranchOneValue
  | BranchAllValue;

export type Module<Value = ModuleValue> = {
  id: string;
  value: Value;
  stop_after_if?: StopPredicate;
  stop_after_all_iters_if?: StopPredicate;
  skip_if?: { expr: string };
  sleep?: Transform;
  cache_ttl?: number;
  timeout?: Transform;
  suspend?: Suspend;
  continue_on_error?: boolean;
  retry?: Retry;
  mock?: { enabled?: boolean; return_value?: unknown };
  delete_after_secs?: number;
  pass_flow_input_directly?: boolean;
};

/** A flow's value with its modules in the shapes the runner understands; `checkFlow` has refused all others. */
export type FlowDefinition = {
  modules: Module[];
  failure_module?: Module;
  preprocessor_module?: Module;
  skip_expr?: string;
  flow_env?: Record<string, unknown>;
  same_worker?: boolean;
};

/**
 * A flow's value as it is run. A last module that sleeps or waits for events gets a module behind it that only passes
 * its result on, because both happen before the next module.
 */
export function definitionOf(value: FlowValue): FlowDefinition {
  if (!Array.isArray(value.modules)) return { modules: [] };
  const definition = value as unknown as FlowDefinition;
  const last = definition.modules.at(-1);
  if (!last?.sleep && !last?.suspend) return definition;
  return { ...definition, modules: [...definition.modules, { id: `${last.id}-v`, value: { type: "identity" } }] };
}

/** Whether a loop may run this body as one job per iteration, without a flow job around it, as Windmill does. */
export function isSingleRunnable(modules: Module[], failureModule: Module | undefined): boolean {
  const [only, ...others] = modules;
  if (!only || others.length > 0 || failureModule) return false;
  const settings = [
    "sleep",
    "suspend",
    "cache_ttl",
    "retry",
    "stop_after_if",
    "stop_after_all_iters_if",
    "skip_if",
  ] as const;
  return isRunnable(only.value) && !only.mock?.enabled && settings.every((key) => only[key] == null);
}

export const isRunnable = (value: ModuleValue): value is RunnableValue =>
  value.type === "script" || value.type === "rawscript" || value.type === "flow";
