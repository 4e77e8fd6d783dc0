import type { FlowValue } from "../jobs/job.ts";

/**
 * The keys of each part of a flow: `yes` is acted upon, `ignored` changes nothing here (appearance, placement on workers,
 * and limits that Windmill's community edition ignores too), `refused` would change what the flow does and is not there.
 */
type Support = "yes" | "ignored" | "refused";

const FLOW: Record<string, Support> = {
  modules: "yes",
  failure_module: "yes",
  preprocessor_module: "yes",
  skip_expr: "yes",
  early_return: "yes",
  flow_env: "yes",
  cache_ttl: "yes",
  cache_ignore_s3_path: "ignored",
  concurrent_limit: "ignored",
  concurrency_time_window_s: "ignored",
  concurrency_key: "ignored",
  custom_concurrency_key: "ignored",
  debounce_delay_s: "ignored",
  debounce_key: "ignored",
  debounce_args_to_accumulate: "ignored",
  max_total_debouncing_time: "ignored",
  max_total_debounces_amount: "ignored",
  priority: "ignored",
  notes: "ignored",
  groups: "ignored",
  delete_after_secs: "ignored",
  same_worker: "refused",
  chat_input_enabled: "refused",
};

const MODULE: Record<string, Support> = {
  id: "yes",
  value: "yes",
  summary: "ignored",
  stop_after_if: "yes",
  stop_after_all_iters_if: "yes",
  skip_if: "yes",
  sleep: "yes",
  cache_ttl: "yes",
  cache_ignore_s3_path: "ignored",
  timeout: "yes",
  suspend: "yes",
  continue_on_error: "yes",
  retry: "yes",
  mock: "yes",
  priority: "ignored",
  delete_after_secs: "yes",
  pass_flow_input_directly: "yes",
  debouncing: "ignored",
  apply_preprocessor: "refused",
  delete_after_use: "refused",
};

const CONCURRENCY: Record<string, Support> = {
  tag: "ignored",
  concurrent_limit: "ignored",
  concurrency_time_window_s: "ignored",
  custom_concurrency_key: "ignored",
  concurrency_key: "ignored",
  is_trigger: "ignored",
  assets: "ignored",
};

const VALUE: Record<string, Record<string, Support>> = {
  script: { path: "yes", hash: "yes", input_transforms: "yes", tag_override: "ignored", is_trigger: "ignored" },
  rawscript: { content: "yes", language: "yes", lock: "yes", path: "yes", input_transforms: "yes", ...CONCURRENCY },
  flow: { path: "yes", input_transforms: "yes" },
  identity: {},
  forloopflow: {
    modules: "yes",
    iterator: "yes",
    skip_failures: "yes",
    parallel: "yes",
    parallelism: "yes",
    squash: "ignored",
  },
  whileloopflow: {
    modules: "yes",
    skip_failures: "yes",
    squash: "ignored",
    parallel: "refused",
    parallelism: "refused",
  },
  branchone: { branches: "yes", default: "yes" },
  branchall: { branches: "yes", parallel: "yes" },
};

const REQUIRED: Record<string, string[]> = {
  script: ["path"],
  rawscript: ["content", "language"],
  flow: ["path"],
  forloopflow: ["modules", "iterator"],
  whileloopflow: ["modules"],
  branchone: ["branches"],
  branchall: ["branches"],
};

type Fields = Record<string, unknown>;

/** What this runner cannot do of a flow, one sentence each with the module's id and the key; empty when all is fine. */
export function checkFlow(value: FlowValue): string[] {
  if (!Array.isArray(value.modules)) return ["the flow has no list `modules`"];
  const modules = [value.preprocessor_module, value.failure_module, ...value.modules];
  return [...checkKeys("the flow", value, FLOW), ...modules.flatMap((module) => (module ? checkModule(module) : []))];
}

function checkModule(module: Fields): string[] {
  const name = `module ${JSON.stringify(module.id)}`;
  const value = module.value as Fields | undefined;
  const type = String(value?.type);
  const keys = Object.hasOwn(VALUE, type) ? VALUE[type] : undefined;
  if (!value || !keys) return [`${name} is of type \`${type}\`, which is not supported`];
  const missing = (REQUIRED[type] ?? []).filter((key) => value[key] == null);
  return [
    ...checkKeys(name, module, MODULE),
    ...checkKeys(name, value, { ...keys, type: "yes" }),
    ...missing.map((key) => `${name} of type \`${type}\` has no \`${key}\``),
    ...transformsOf(module, value).flatMap(([key, transform]) => checkTransform(`\`${key}\` of ${name}`, transform)),
    ...bodiesOf(value).flatMap((body) => body.flatMap(checkModule)),
  ];
}

/** A key that is null, false or empty asks for nothing, so it is never in the way. */
function checkKeys(name: string, part: Fields, keys: Record<string, Support>): string[] {
  const asked = Object.keys(part).filter((key) => part[key] != null && part[key] !== false && part[key] !== "");
  return asked
    .filter((key) => !Object.hasOwn(keys, key) || keys[key] === "refused")
    .map((key) => `${name} has \`${key}\`, which is not supported`);
}

function checkTransform(name: string, transform: unknown): string[] {
  if (transform == null || typeof transform === "number") return [];
  const { type, expr } = transform as Fields;
  if (type === "static" || (type === "javascript" && typeof expr === "string")) return [];
  return [`${name} is of type \`${String(type)}\`, which is not supported`];
}

function transformsOf(module: Fields, value: Fields): [string, unknown][] {
  const settings = {
    sleep: module.sleep,
    timeout: module.timeout,
    iterator: value.iterator,
    parallelism: value.parallelism,
  };
  return [...Object.entries((value.input_transforms as Fields | undefined) ?? {}), ...Object.entries(settings)];
}

function bodiesOf(value: Fields): Fields[][] {
  const branches = Array.isArray(value.branches) ? (value.branches as Fields[]).map((branch) => branch.modules) : [];
  return [value.modules, value.default, ...branches].filter((body) => Array.isArray(body)) as Fields[][];
}
