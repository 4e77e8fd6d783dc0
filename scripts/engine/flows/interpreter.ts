import type { QuickJSContext, QuickJSWASMModule } from "quickjs-emscripten";
import { functionBody } from "./expression_text.ts";
import type { Evaluate, Scope } from "./expressions.ts";

/** Windmill gives an expression ten seconds on a thread of its own; here the whole engine waits for it. */
const TIME_LIMIT_MS = 2000;
/** Limits the interpreter's whole memory: QuickJS compiled to WebAssembly does not know how much it has allocated. */
const PAGES = { initial: 256, grown: 512, maximum: 2048 };
const PAGE_BYTES = 64 * 1024;
const STACK_LIMIT_BYTES = 256 * 1024;

/** Code for inside the interpreter. A Date or Map loses its content on the way out, as it does in Windmill. */
const PRELUDE = `
function __encode(value) {
  if (value === undefined || value === null) return "null";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return "[" + Array.from(value, __encode).join(",") + "]";
  if (typeof value !== "object" && typeof value !== "function") return '"[object]"';
  return "{" + Object.keys(value).map((key) => JSON.stringify(key) + ":" + __encode(value[key])).join(",") + "}";
}
function __describe(thrown) { return thrown instanceof Error ? thrown.name + ": " + thrown.message : String(thrown); }
async function __find(kind, name) { return JSON.parse(__lookUp(kind, String(name))); }
const variable = (path) => __find("variable", path);
const resource = (path) => __find("resource", path);
const flow_user_state = (key) => __find("userState", key);
`;

const RESULTS = `
const results = new Proxy({}, { get: (_, id) => (typeof id === "symbol" ? undefined : __find("result", id)) });
`;

/** `error`, as Windmill derives it from what the step before left behind. */
const ERROR = `
let error = previous_result?.error;
if (!error && Array.isArray(previous_result)) {
  const errors = previous_result.filter((item) => item && typeof item === "object" && "error" in item);
  const message = errors.map(({ error: e }, i) => "[" + (e.step_id || i) + "] " + (e.message || e.name)).join("; ");
  error = errors.length === 1 ? errors[0].error
    : { name: "MultipleErrors", message: message || "Could not parse errors", errors: previous_result };
} else if (!error) {
  error = previous_result ? { name: "UnknownError", message: "Could not parse the error", error: previous_result }
    : { name: "UnknownError", message: "No error found" };
}
`;

const COLLECT = `
__promise.then((value) => { globalThis.__value = __encode(value); })
  .catch((thrown) => { globalThis.__thrown = __describe(thrown); });
`;

/** Each expression gets a context of its own, which is thrown away afterwards. */
export async function loadInterpreter(): Promise<{ evaluate: Evaluate; hasGrown(): boolean }> {
  const { newQuickJSWASMModule, newVariant, RELEASE_SYNC } = await import("quickjs-emscripten");
  const { initial, maximum, grown } = PAGES;
  const wasmMemory = new WebAssembly.Memory({ initial, maximum });
  const quickjs = await newQuickJSWASMModule(newVariant(RELEASE_SYNC, { wasmMemory }));
  return { evaluate: evaluateWith(quickjs), hasGrown: () => wasmMemory.buffer.byteLength > grown * PAGE_BYTES };
}

function evaluateWith(quickjs: QuickJSWASMModule): Evaluate {
  return (expression, scope) => {
    const runtime = quickjs.newRuntime({ maxStackSizeBytes: STACK_LIMIT_BYTES });
    const deadline = Date.now() + TIME_LIMIT_MS;
    let late = false;
    runtime.setInterruptHandler(() => {
      late ||= Date.now() > deadline;
      return late;
    });
    const vm = runtime.newContext();
    try {
      defineGlobals(vm, expression, scope);
      run(vm, `globalThis.__promise = (async function() { ${functionBody(expression)} })()`);
      run(vm, COLLECT);
      const rest = runtime.executePendingJobs();
      if (rest.error) rest.error.dispose();
      if (late) throw new Error(`interrupted after ${TIME_LIMIT_MS} ms`);
      const value = run(vm, "globalThis.__value");
      if (value !== undefined) return JSON.parse(value);
      throw new Error(run(vm, "globalThis.__thrown") ?? "the expression waits for something that never comes");
    } catch (error) {
      const { message } = error as Error;
      throw new Error(
        late
          ? `The expression evaluation \`${expression}\` took too long to execute (>${TIME_LIMIT_MS}ms)`
          : `QuickJS evaluation error: ${message}`,
      );
    } finally {
      vm.dispose();
      runtime.dispose();
    }
  };
}

/** Only what the text of the expression mentions is handed over, as a result may be large. */
function defineGlobals(vm: QuickJSContext, expression: string, scope: Scope): void {
  const values: Record<string, unknown> = { ...scope.values };
  if (expression.includes("flow_env")) values.flow_env = scope.flowEnv();
  const usesError = expression.includes("error");
  for (const [name, value] of Object.entries(values)) {
    if (!expression.includes(name) && !(usesError && name === "previous_result")) continue;
    vm.newString(JSON.stringify(value ?? null)).consume((json) => vm.setProp(vm.global, "__json", json));
    run(vm, `globalThis[${JSON.stringify(name)}] = JSON.parse(__json); undefined`);
  }
  const lookUp = vm.newFunction("__lookUp", (kind, name) => {
    const found = find(scope, vm.getString(kind), vm.getString(name));
    return vm.newString(JSON.stringify(found ?? null));
  });
  lookUp.consume((handle) => vm.setProp(vm.global, "__lookUp", handle));
  run(
    vm,
    `${PRELUDE}${scope.result ? RESULTS : ""}${usesError && "previous_result" in values ? ERROR : ""}; undefined`,
  );
}

function find(scope: Scope, kind: string, name: string): unknown {
  if (kind === "result") return scope.result?.(name);
  if (kind === "variable") return scope.variable(name);
  return kind === "resource" ? scope.resource(name) : scope.userState(name);
}

/** Runs code whose outcome is a string or nothing; throws what the code threw. */
function run(vm: QuickJSContext, code: string): string | undefined {
  const outcome = vm.evalCode(code);
  if (outcome.error) {
    const thrown = outcome.error.consume((handle) => vm.dump(handle)) as { name?: string; message?: string } | string;
    throw new Error(typeof thrown === "string" ? thrown : `${thrown.name}: ${thrown.message}`);
  }
  return outcome.value.consume((handle) => (vm.typeof(handle) === "string" ? vm.getString(handle) : undefined));
}
