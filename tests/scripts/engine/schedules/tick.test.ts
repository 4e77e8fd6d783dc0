import { afterAll, beforeAll, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { schedulesOf } from "./schedules.ts";

let engine: TestEngine;
const { get, create, done, result } = schedulesOf(() => engine);
const SOON = { timeout: 15_000 };

beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/fails", "export function main() { throw new Error('on purpose'); }");
  await engine.deploy(
    "f/test/tick",
    "export function main(n: number) { return { n, by: process.env.WM_SCHEDULE_PATH }; }",
  );
});
afterAll(() => engine.stop());

it("a run that fails is tried again as often as the schedule says", async () => {
  const retry = { constant: { attempts: 2, seconds: 0 } };
  const path = await create({ script_path: "f/test/fails", retry });
  await expect.poll(async () => (await done(path)).length, SOON).toBeGreaterThan(0);
  const job = (await done(path)).at(-1);
  expect(job).toMatchObject({ job_kind: "singlestepflow", script_path: "f/test/fails", success: false });
  expect(await get(`/w/{w}/jobs/list?parent_job=${job?.id}`)).toHaveLength(3);
});

it("a schedule asks its dynamic skip handler before each run", async () => {
  await engine.deploy(
    "f/test/ask",
    "export function main(scheduled_for: string) { return new Date(scheduled_for).getUTCSeconds() % 2 === 0; }",
  );
  const path = await create({ script_path: "f/test/tick", args: { n: 3 }, dynamic_skip: "f/test/ask" });
  const kinds = async () => new Set((await done(path)).map((job) => job.is_skipped));
  await expect.poll(kinds, SOON).toEqual(new Set([true, false]));
  for (const job of await done(path)) {
    expect(new Date(job.scheduled_for).getUTCSeconds() % 2 === 0).toBe(!job.is_skipped);
    if (!job.is_skipped) expect(await result(job.id)).toMatchObject({ n: 3, by: path });
  }
});
