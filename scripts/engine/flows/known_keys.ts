/**
 * `yes`: acted upon. `ignored`: changes nothing here, being about appearance, about which kind of worker takes a step, or a limit
 * that Windmill's community edition ignores too. `refused`: would change what the flow does, and is not there.
 */
export type Support = "yes" | "ignored" | "refused";
export type Keys = Record<string, Support>;

export const FLOW_KEYS: Keys = {
  modules: "yes",
  failure_module: "yes",
  preprocessor_module: "yes",
  skip_expr: "yes",
  early_return: "yes",
  flow_env: "yes",
  cache_ttl: "yes",
  delete_after_secs: "yes",
  cache_ignore_s3_path: "ignored",
  preserve_step_tags: "ignored",
  concurrent_limit: "ignored",
  concurrency_time_window_s: "ignored",
  concurrency_key: "ignored",
  debounce_delay_s: "ignored",
  debounce_key: "ignored",
  debounce_args_to_accumulate: "ignored",
  max_total_debouncing_time: "ignored",
  max_total_debounces_amount: "ignored",
  priority: "ignored",
  notes: "ignored",
  groups: "ignored",
  same_worker: "yes",
  chat_input_enabled: "refused",
};

export const MODULE_KEYS: Keys = {
  id: "yes",
  value: "yes",
  stop_after_if: "yes",
  stop_after_all_iters_if: "yes",
  skip_if: "yes",
  sleep: "yes",
  cache_ttl: "yes",
  timeout: "yes",
  suspend: "yes",
  continue_on_error: "yes",
  retry: "yes",
  mock: "yes",
  delete_after_secs: "yes",
  pass_flow_input_directly: "yes",
  summary: "ignored",
  cache_ignore_s3_path: "ignored",
  priority: "ignored",
  debouncing: "ignored",
  apply_preprocessor: "refused",
};

const STOP: Keys = { expr: "yes", skip_if_stopped: "yes", error_message: "yes", error_include_result: "yes" };

/** The keys of a module's settings that have keys themselves. */
export const SETTING_KEYS: Record<string, Keys> = {
  stop_after_if: STOP,
  stop_after_all_iters_if: STOP,
  skip_if: { expr: "yes" },
  retry: { constant: "yes", exponential: "yes", retry_if: "yes" },
  mock: { enabled: "yes", return_value: "yes" },
  suspend: {
    required_events: "yes",
    timeout: "yes",
    user_auth_required: "yes",
    user_groups_required: "yes",
    self_approval_disabled: "yes",
    continue_on_disapprove_timeout: "yes",
    resume_form: "ignored",
    hide_cancel: "ignored",
    skin: "ignored",
  },
};

/** The keys of a module's value by its type; a type that is not here is refused. */
export const VALUE_KEYS: Record<string, Keys> = {
  script: { path: "yes", hash: "yes", input_transforms: "yes", tag_override: "ignored", is_trigger: "ignored" },
  rawscript: {
    content: "yes",
    language: "yes",
    lock: "yes",
    path: "yes",
    input_transforms: "yes",
    tag: "ignored",
    concurrent_limit: "ignored",
    concurrency_time_window_s: "ignored",
    concurrency_key: "ignored",
    custom_concurrency_key: "ignored",
    is_trigger: "ignored",
    assets: "ignored",
  },
  flow: { path: "yes", input_transforms: "yes", pass_flow_input_directly: "yes" },
  identity: { flow: "ignored" },
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
    parallel: "ignored",
    parallelism: "ignored",
  },
  branchone: { branches: "yes", default: "yes" },
  branchall: { branches: "yes", parallel: "yes" },
};

export const BRANCH_KEYS: Keys = {
  expr: "yes",
  modules: "yes",
  skip_failure: "yes",
  summary: "ignored",
  parallel: "ignored",
};

export const REQUIRED_KEYS: Record<string, string[]> = {
  script: ["path"],
  rawscript: ["content", "language"],
  flow: ["path"],
  forloopflow: ["modules", "iterator"],
  whileloopflow: ["modules"],
  branchone: ["branches"],
  branchall: ["branches"],
};
