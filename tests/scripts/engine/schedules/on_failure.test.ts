import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { schedulesOf } from "./schedules.ts";

let engine: TestEngine;
const { get, create, done, result, log } = schedulesOf(() => engine);
const SOON = { timeout: 15_000 };
/** What a handler is told. */
const TOLD = "error schedule_path workspace_id job_id path is_flow started_at email failed_times note".split(" ");

beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/fails", "export function main() { throw new Error('on purpose'); }");
  await engine.deploy("f/test/handler", `export function main(${TOLD.join(": any, ")}: any) { return { ${TOLD} }; }`);
});
afterAll(() => engine.stop());

describe("a run that fails", () => {
  it("is handed to the schedule's handler, with what is known of it", async () => {
    const path = await create({
      script_path: "f/test/fails",
      on_failure: "script/f/test/handler",
      on_failure_extra_args: { note: "n" },
    });
    const handled = async () => (await get("/w/{w}/jobs/completed/list?script_path_exact=f/test/handler"))[0];
    await expect.poll(handled, SOON).toMatchObject({ created_by: "schedule_error_handler", success: true });
    const { id, parent_job, permissioned_as } = await handled();
    expect(permissioned_as).toBe("g/error_handler");
    expect(await result(id)).toEqual({
      error: expect.objectContaining({ message: "on purpose" }),
      schedule_path: path,
      workspace_id: engine.workspace,
      job_id: parent_job,
      path: "f/test/fails",
      is_flow: false,
      started_at: expect.stringMatching(/Z$/),
      email: "admin@windmill.dev",
      failed_times: 1,
      note: "n",
    });
    expect(await log(parent_job)).toContain("community edition keeps on_failure, but does not run it");
  });

  it("says in its log that its handler is missing, and the schedule goes on", async () => {
    const path = await create({ script_path: "f/test/fails", on_failure: "flow/f/test/none" });
    await expect.poll(async () => (await done(path)).length, SOON).toBeGreaterThan(1);
    expect(await log((await done(path))[1]?.id)).toContain("could not start flow/f/test/none");
  });

  it("is handed only the first time when the schedule says exactly", async () => {
    const on_failure = "script/f/test/handler";
    const path = await create({ script_path: "f/test/fails", on_failure, on_failure_exact: true });
    await expect.poll(async () => (await done(path)).length, SOON).toBeGreaterThan(1);
    for (const { id } of await done(path)) expect(await log(id)).not.toContain("on_failure: started");
  });
});
