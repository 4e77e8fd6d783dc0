import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FlowValue } from "../../../../scripts/engine/jobs/job.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { branches } from "./cases/branches.ts";
import type { Case } from "./cases/case.ts";
import { earlyStops } from "./cases/early_stops.ts";
import { failures } from "./cases/failures.ts";
import { loopEnds } from "./cases/loop_ends.ts";
import { loops } from "./cases/loops.ts";
import { parallelLoops } from "./cases/parallel_loops.ts";
import { settings } from "./cases/settings.ts";
import { steps } from "./cases/steps.ts";

/** What the names that stand for code in the tables are, as real code. Whatever counts its calls is left out. */
const code: Record<string, string> = {
  one: "export const main = () => 1;",
  two: "export const main = () => 2;",
  three: "export const main = () => 3;",
  echo: "export function main(x: any) { return x; }",
  double: "export function main(x: number) { return x * 2; }",
  sum: "export function main(a: number, b: number) { return a + b; }",
  nothing: "export function main() {}",
  "all arguments": "export function main(a: any, b: any, c: any) { return { a, b, c }; }",
  boom: 'export function main() { throw new Error("boom"); }',
  "boom if odd": 'export function main(x: number) { if (x % 2) throw new Error("odd " + x); return x; }',
  preprocess: "export function preprocessor(event: any) { return { total: event.body.length }; }",
};
const COUNTING = /third time|count/;

let engine: TestEngine;

beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/x/echo", code.echo as string);
  await engine.create("resources", { path: "f/x/db", resource_type: "object", value: { host: "db" } });
});
afterAll(() => engine.stop());

const withCode = (value: FlowValue): FlowValue =>
  JSON.parse(JSON.stringify(value), (key, content) => (key === "content" ? (code[content] ?? content) : content));

/** The error of a step has a stack in the real world. */
const withoutStacks = (value: unknown) =>
  JSON.parse(JSON.stringify(value), (key, inner) => (key === "stack" ? undefined : inner));

const created = async (path: string, value: FlowValue) =>
  engine.create("flows", { path, summary: "", description: "", value: withCode(value), schema: {} });

async function run({ value, args = {}, kind }: Case, path: string): Promise<{ status: number; body: unknown }> {
  const preview = kind === "flowpreview";
  if (!preview) await created(path, value);
  const response = await engine.api(`/w/{w}/jobs/run_wait_result/${preview ? "preview_flow" : `f/${path}`}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(preview ? { value: withCode(value), args } : args),
  });
  return { status: response.status, body: await response.json() };
}

const real = [
  ...steps,
  ...branches,
  ...loops,
  ...loopEnds,
  ...parallelLoops,
  ...failures,
  ...earlyStops,
  ...settings,
].filter(
  ({ value, parts, args }) =>
    // The engine itself makes the event of a preprocessor, and refuses to keep a flow that is none.
    !COUNTING.test(JSON.stringify([value, parts])) && !args?.event && Array.isArray(value.modules),
);

describe("in the engine itself, each step a process of its own", () => {
  it.concurrent.each(real.map((example, index) => [example.is, example, `f/parity/flow_${index}`] as const))(
    "%s",
    async (_, example, path) => {
      for (const [name, value] of Object.entries(example.parts?.flows ?? {})) {
        await created(name.replace("f/x/", `${path}_`), value);
      }
      const own = JSON.parse(JSON.stringify(example).replaceAll('"f/x/sub"', `"${path}_sub"`)) as Case;
      const { status, body } = await run(own, path);
      expect(withoutStacks(body)).toEqual(
        example.is.includes("static reference") ? { host: "db" } : withoutStacks(example.result),
      );
      expect(status).toBe(example.success === false ? 422 : 200);
    },
  );
});
