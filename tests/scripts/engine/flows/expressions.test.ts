import { beforeAll, describe, expect, it } from "vitest";
import { type Evaluate, loadEvaluator, type Scope } from "../../../../scripts/engine/flows/expressions.ts";

let evaluate: Evaluate;
beforeAll(async () => {
  evaluate = await loadEvaluator();
});

const results: Record<string, unknown> = { a: { b: [{ c: 5 }], name: "x" }, list: [1, 2], "with-dash": 7 };

const scope: Scope = {
  values: {
    flow_input: { n: 2, items: [3, 4], iter: { index: 0, value: "v" }, text: 'it\'s; "quoted"' },
    previous_result: { p: 1 },
    result: 9,
  },
  result: (id) => results[id] ?? null,
  flowEnv: () => ({ URL: "https://x.example" }),
  variable(path) {
    if (path === "f/x/token") return "secret (1)";
    throw new Error(`Not found: Variable ${path} not found`);
  },
  resource: (path) => ({ path }),
  userState: (key) => (key === "seen" ? { times: 3 } : null),
};

describe("an expression", () => {
  it.each([
    ["1 + 1", 2],
    ["flow_input.n * 2", 4],
    ["flow_input.items.map((x) => x * flow_input.n)", [6, 8]],
    ["flow_input?.nope?.deeper", null],
    ["`$" + "{flow_input.n} of $" + "{results.a.name}`", "2 of x"],
    ["flow_input.text", 'it\'s; "quoted"'],
    ["results.a.b[0].c", 5],
    ["results?.a?.b?.[0]", { c: 5 }],
    ['results["with-dash"] + 1', 8],
    ["results.list[1]", 2],
    ["results.nope", null],
    ["results.nope == undefined ? 'none' : 'some'", "none"],
    ["previous_result.p + result", 10],
    ["variable('f/x/token')", "secret (1)"],
    ["variable('f/x/token').length + 1", 11],
    ["resource('f/x/db').path", "f/x/db"],
    ["flow_user_state('seen').times", 3],
    ["flow_env.URL", "https://x.example"],
    ["flow_env.URL + '/'", "https://x.example/"],
    ["({ a: undefined, b: () => 1, c: NaN, d: null })", { a: null, b: {}, c: null, d: null }],
    ["new Date(0)", {}],
    ["undefined", null],
    ["", null],
    ["'; not a statement'", "; not a statement"],
    ["const x = flow_input.n; return x + 1", 3],
    ["if (flow_input.n > 1) { return 'big' } return 'small'", "big"],
    ["return results.list.length", 2],
    ["let x = 5; x + 1", null],
    ["// a comment in front\n7", null],
    ["(() => { const o = {}; o.o = o; return o; })()", null],
    ["results[flow_input.n + '']", null],
    ["[results[`list`]]", [{}]],
    ["[results.a.name, flow_input.iter.value].join('-')", "x-v"],
    ["await Promise.resolve(4)", null],
    ["Object.keys(flow_input)", ["n", "items", "iter", "text"]],
    ["'ü€😀' + '\\u0000'.length", "ü€😀1"],
  ])("%s", (expression, value) => {
    expect(evaluate(expression, scope)).toEqual(value);
  });

  it.each([
    ["results.nope.deeper", null],
    ["results.a.nope.deeper", null],
    ["results.list[7]", null],
  ])("that is only a path yields null where there is nothing: %s", (expression, value) => {
    expect(evaluate(expression, scope)).toBe(value);
  });

  it.each([
    ["nope", "QuickJS evaluation error: ReferenceError: 'nope' is not defined"],
    ["flow_input.a.b.c", "QuickJS evaluation error: TypeError: cannot read property 'b' of undefined"],
    ["throw new Error('mine')", "QuickJS evaluation error: Error: mine"],
    ["throw 'text'", "QuickJS evaluation error: text"],
    ["1 +", "QuickJS evaluation error: SyntaxError: unexpected token"],
    ["variable('f/x/gone')", "QuickJS evaluation error: Error: Not found: Variable f/x/gone not found"],
    ["new Promise(() => {})", "QuickJS evaluation error: the expression waits for something that never comes"],
    [
      "return (() => { const o = {}; o.o = o; return o; })()",
      "QuickJS evaluation error: InternalError: stack overflow",
    ],
    ["flow_input.n // a comment behind", "QuickJS evaluation error: SyntaxError"],
    ["fetch('http://x')", "QuickJS evaluation error: ReferenceError: 'fetch' is not defined"],
    ["process.env", "QuickJS evaluation error: ReferenceError: 'process' is not defined"],
  ])("that fails says how: %s", (expression, message) => {
    expect(() => evaluate(expression, scope)).toThrow(message);
  });

  it("inside a callback cannot look up results, as in Windmill, which awaits each lookup", () => {
    expect(() => evaluate("flow_input.items.map((x) => x + results.list[0])", scope)).toThrow("SyntaxError");
    expect(evaluate("(await Promise.all(flow_input.items.map(async (x) => x + results.list[0])))", scope)).toEqual([
      4, 5,
    ]);
  });

  it("without access to results has none", () => {
    const { result: _, ...less } = scope;
    expect(() => evaluate("results.a", less)).toThrow("'results' is not defined");
  });

  it.each([
    ["{ error: {...} }", { error: { name: "E", message: "m" } }, "E: m"],
    ["a list with one error", [1, { error: { name: "E", message: "m" } }], "E: m"],
    [
      "a list with several",
      [{ error: { message: "m", step_id: "a" } }, 1, { error: { name: "N" } }],
      "MultipleErrors: [a] m; [1] N",
    ],
    ["a list with none", [1, 2], "MultipleErrors: Could not parse errors"],
    ["something else", { x: 1 }, "UnknownError: Could not parse the error"],
    ["nothing", null, "UnknownError: No error found"],
  ])("finds `error` in %s", (_, previous_result, text) => {
    const values = { ...scope.values, previous_result };
    expect(evaluate("error.name + ': ' + error.message", { ...scope, values })).toBe(text);
  });

  it("is stopped when it takes too long, and leaves the next one unharmed", () => {
    expect(() => evaluate("(() => { for (;;); })()", scope)).toThrow(/took too long to execute \(>2000ms\)/);
    expect(() => evaluate("(async () => { for (;;) await 1; })()", scope)).toThrow(/took too long/);
    expect(evaluate("1 + 1", scope)).toBe(2);
  });

  it.each([
    "'x'.repeat(1e9)",
    "(() => { const all = []; for (;;) all.push('x'.repeat(1e6) + all.length); })()",
    "[1, 2, 3].map(function f() { return f() })",
  ])("is stopped when it takes too much room: %s", (expression) => {
    expect(() => evaluate(expression, scope)).toThrow(/out of memory|stack overflow|invalid string length/);
    expect(evaluate("1 + 1", scope)).toBe(2);
  });

  it("cannot change anything outside", () => {
    evaluate("flow_input.n = 99; return flow_input.n", scope);
    evaluate("Object.prototype.polluted = 1; return 1", scope);
    expect(evaluate("flow_input.n + 0", scope)).toBe(2);
    expect(evaluate("({}).polluted", scope)).toBe(null);
  });

  it("may pass large values", () => {
    const big = Array.from({ length: 100_000 }, (_, i) => ({ i, text: "x".repeat(20) }));
    const values = { ...scope.values, previous_result: big };
    expect(evaluate("previous_result.map((one) => one.i).length", { ...scope, values })).toBe(100_000);
  });
});
