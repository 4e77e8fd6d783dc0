import { describe, expect, it } from "vitest";
import type { Suspend } from "../../../../scripts/engine/flows/definition.ts";
import type { FlowStatusModule } from "../../../../scripts/engine/jobs/job.ts";
import { scripts } from "./cases/case.ts";
import { code, fixed, flow, js } from "./steps.ts";
import { createWorld } from "./world.ts";

const after = js("({ resume, resumes, approvers, before: previous_result })");
const approved = (suspend: Suspend) => flow(code("a", "one", {}, { suspend }), code("b", "echo", { x: after }));

/** A flow that has come to the step that waits; \`step\` is the job whose resume URLs were handed out. */
async function parked(suspend: Suspend = { required_events: 1 }) {
  const world = await createWorld({ scripts });
  const id = world.push(approved(suspend));
  const status = () => world.job(id).flowStatus?.modules[1] as FlowStatusModule;
  await world.settle(() => world.job(id).flowStatus?.modules[1]?.type === "WaitingForEvents");
  const step = world.job(id).flowStatus?.modules[0]?.job as string;
  return { world, id, status, step };
}

describe("a step with suspend", () => {
  it("parks the flow before the next step, and says what it waits for", async () => {
    const { status, step } = await parked({ required_events: 2, timeout: 90 });
    expect(status()).toEqual({
      type: "WaitingForEvents",
      id: "b",
      count: 2,
      job: step,
      until: "2026-01-01T00:01:30.000Z",
    });
  });

  it("goes on after enough resumes, with what they brought", async () => {
    const { world, id, step, status } = await parked({ required_events: 2 });
    await world.resume(step, { value: { ok: 1 }, approver: "ruth" });
    expect(status().type).toBe("WaitingForEvents");
    await world.resume(step, { value: "two" });
    await world.settle();
    expect(world.job(id).result).toEqual({
      resume: "two",
      resumes: [{ ok: 1 }, "two"],
      approvers: ["ruth", "anonymous"],
      before: 1,
    });
    expect(world.job(id).flowStatus?.modules[0]?.approvers).toEqual([
      { resume_id: 0, approver: "ruth" },
      { resume_id: 1, approver: "unknown" },
    ]);
  });

  it("takes a resume of the whole flow as well", async () => {
    const { world, id } = await parked();
    await world.resume(id, { value: 5 });
    await world.settle();
    expect(world.job(id).result).toMatchObject({ resume: 5 });
  });

  it("counts a resume that came before the flow waited", async () => {
    const world = await createWorld({ scripts });
    const id = world.push(approved({ required_events: 1 }));
    await world.resume(id, { value: "early" });
    await world.settle();
    expect(world.job(id).result).toMatchObject({ resume: "early" });
  });

  it("fails when it is disapproved, past any failure module", async () => {
    const { world, id, step } = await parked({ required_events: 2 });
    await world.resume(step, { approved: false, approver: "ruth" });
    await world.settle();
    expect(world.job(id)).toMatchObject({
      success: false,
      result: { error: { name: "SuspendedDisapproved", message: "Disapproved by ruth" } },
    });
    expect(world.log.map((one) => one.script)).toEqual(["one"]);
  });

  it.each([
    [undefined, 1800],
    [60, 60],
  ])("fails when the time is over: timeout %s", async (timeout, seconds) => {
    const { world, id } = await parked({ required_events: 1, ...(timeout && { timeout }) });
    await world.settle();
    const { result, success, completedAt, createdAt } = world.job(id);
    expect({ result, success }).toEqual({
      success: false,
      result: { error: { name: "SuspendedTimedOut", message: "Timed out waiting to be resumed" } },
    });
    expect((Number(completedAt) - Number(createdAt)) / 1000).toBe(seconds);
  });

  it.each([
    ["time is over", "SuspendedTimedOut", false],
    ["it is disapproved", "SuspendedDisapproved", true],
  ])("may go on although %s", async (_, name, disapproved) => {
    const { world, id, step } = await parked({ required_events: 1, continue_on_disapprove_timeout: true });
    if (disapproved) await world.resume(step, { approved: false, value: "no" });
    await world.settle();
    const { resume, resumes } = world.job(id).result as { resume: { error: object }; resumes: unknown[] };
    expect(resume.error).toMatchObject({ name });
    expect(resumes).toEqual(disapproved ? ["no", resume] : [resume]);
  });

  it("as the last one waits too, and the flow's result stays that step's", async () => {
    const world = await createWorld({ scripts });
    const id = world.push(flow(code("a", "two", {}, { suspend: { required_events: 1 } })));
    await world.settle(() => world.job(id).flowStatus?.modules[1]?.type === "WaitingForEvents");
    expect(world.job(id).flowStatus?.modules.map((module) => module.id)).toEqual(["a", "a-v"]);
    await world.resume(id);
    await world.settle();
    expect(world.job(id).result).toBe(2);
  });

  it("says who may resume, and forgets it afterwards", async () => {
    const groups = js("['g-' + result]");
    const { world, id } = await parked({ required_events: 1, user_auth_required: true, user_groups_required: groups });
    expect(world.job(id).flowStatus?.approval_conditions).toEqual({
      user_auth_required: true,
      user_groups_required: ["g-1"],
      self_approval_disabled: false,
    });
    await world.resume(id);
    await world.settle();
    expect(world.job(id).flowStatus).not.toHaveProperty("approval_conditions");
  });

  it("does not wait without required events", async () => {
    const world = await createWorld({ scripts });
    const id = world.push(approved({}));
    await world.settle();
    expect(world.job(id).result).toMatchObject({ resume: null, resumes: [], approvers: [] });
  });

  it("asks for approval once, not again for each attempt of the next step", async () => {
    const world = await createWorld({ scripts });
    const retry = { constant: { attempts: 2, seconds: 1 } };
    const id = world.push(
      flow(code("a", "one", {}, { suspend: { required_events: 1 } }), code("b", "third time", {}, { retry })),
    );
    await world.resume(id);
    await world.settle();
    expect(world.job(id).result).toBe(3);
  });

  it("waits in vain once, not again for each attempt of the next step", async () => {
    const world = await createWorld({ scripts });
    const suspend = { required_events: 1, timeout: 60, continue_on_disapprove_timeout: true };
    const retry = { constant: { attempts: 2, seconds: 1 } };
    world.push(flow(code("a", "one", {}, { suspend }), code("b", "third time", {}, { retry })));
    await world.settle();
    const [first = 0, ...tried] = world.log.map(({ at }) => at / 1000);
    expect(tried.map((at) => at - first)).toEqual([60, 61, 62]);
  });

  it("is woken in vain as often as you like", async () => {
    const { world, id, status } = await parked({ required_events: 1, timeout: 60 });
    const before = status();
    for (let i = 0; i < 3; i++) await world.call((runner) => runner.wake(world.job(id)));
    expect(status()).toEqual(before);
    expect(world.log).toHaveLength(1);
  });

  it("also delays the next step by its sleep", async () => {
    const world = await createWorld({ scripts });
    world.push(flow(code("a", "one", {}, { sleep: fixed(30) }), code("b", "two")));
    await world.settle();
    expect(world.log.map(({ at }) => at).reduce((first, second) => second - first)).toBe(30_000);
  });
});
