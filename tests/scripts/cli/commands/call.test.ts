import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePairs } from "../../../../scripts/cli/commands/call.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { run8n } from "../../../support/run8n.ts";

describe("parsePairs", () => {
  it.each([
    [["name=shop"], { name: "shop" }],
    [["n:=5", "list:=[1,2]", "yes:=true"], { n: 5, list: [1, 2], yes: true }],
    [["query=a=b&c:=d"], { query: "a=b&c:=d" }],
    [["empty="], { empty: "" }],
    [["text=two\nlines"], { text: "two\nlines" }],
    [[], {}],
  ])("reads %o", (pairs, args) => {
    expect(parsePairs(pairs)).toEqual(args);
  });

  it.each([["name"], ["=x"], ["1x=2"], ["a b=c"]])("refuses %s", (pair) => {
    expect(() => parsePairs([pair])).toThrow("name=text");
  });
});

describe("run8n call", () => {
  let engine: TestEngine;
  const call = (...args: string[]) =>
    run8n(["call", ...args], { env: { BASE_URL: engine.url, WM_TOKEN: engine.token, WM_WORKSPACE: engine.workspace } });

  beforeAll(async () => {
    engine = await startEngine();
    await engine.deploy("f/t/add", "export function main(a: number, b: number) { return { sum: a + b }; }");
    await engine.deploy("f/t/hello", 'export function main(name: string) { return "hello " + name; }');
    await engine.deploy(
      "f/t/fail",
      'export function main() { throw Object.assign(new Error("The shelf is empty"), { hint: "Fill it.", code: "conflict", status: 409 }); }',
    );
    await engine.create("flows", {
      path: "f/t/twice",
      summary: "",
      description: "",
      schema: {},
      value: {
        modules: [
          {
            id: "a",
            value: {
              type: "script",
              path: "f/t/hello",
              input_transforms: { name: { type: "javascript", expr: "flow_input.who" } },
            },
          },
        ],
      },
    });
  });
  afterAll(() => engine.stop());

  it("prints the result as JSON, or as it is when it is text", async () => {
    expect(await call("f/t/add", "a:=2", "b:=3")).toMatchObject({ code: 0, stdout: '{\n  "sum": 5\n}\n' });
    expect(await call("f/t/hello", "name=Ada")).toMatchObject({ code: 0, stdout: "hello Ada\n" });
    expect((await call("f/t/hello", "name=Ada", "--json")).json()).toBe("hello Ada");
  });

  it("runs a flow where the path is one", async () => {
    expect(await call("f/t/twice", "who=Bob")).toMatchObject({ code: 0, stdout: "hello Bob\n" });
  });

  it("fails with the message and hint of the error that the script threw", async () => {
    const failed = await call("f/t/fail", "--json");
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("The shelf is empty\n  → Fill it.");
    expect(failed.json().error).toMatchObject({
      message: "The shelf is empty",
      hint: "Fill it.",
      code: "conflict",
      at: "f/t/fail",
    });
  });

  it("says when there is nothing at the path, and when the token is wrong", async () => {
    expect((await call("f/t/nowhere")).stderr).toContain("neither a script nor a flow at f/t/nowhere");
    const denied = await call("f/t/add", "--token", "nope", "--base-url", engine.url);
    expect(denied).toMatchObject({ code: 1, stdout: "" });
    expect(denied.stderr).toContain("Windmill answered 401");
  });
});
