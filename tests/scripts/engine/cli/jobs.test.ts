import { describe, expect, it } from "vitest";
import { demoWorkspace } from "./demo.ts";

const demo = demoWorkspace();

type Listed = { id: string; script_path: string; success?: boolean; parent_job?: string; is_flow_step: boolean };
const list = async (flags = "") => JSON.parse(await demo.run(`job list --json ${flags}`.trim())) as Listed[];
const get = async (id: string) => (await demo.engine.api(`/w/{w}/jobs_u/get/${id}`)).json();
const post = async (path: string) => (await demo.engine.api(path, { method: "POST" })).text();

/** A script's job and a flow's, both at their end. */
async function twoJobs() {
  await demo.engine.run("f/demo/hello", { name: "Cleo" });
  await demo.engine.api("/w/{w}/jobs/run_wait_result/f/f/demo/steps", { method: "POST" });
  const [flow, script] = await list();
  return { flow: flow as Listed, script: script as Listed };
}

describe("wmill job", () => {
  it("list has the newest first, without steps of flows", async () => {
    const { flow, script } = await twoJobs();
    expect([flow, script]).toMatchObject([{ script_path: "f/demo/steps" }, { script_path: "f/demo/hello" }]);
    expect(await demo.run("job list")).toContain("f/demo/steps");
  });

  it("list has what its flags say", async () => {
    const { flow } = await twoJobs();
    await demo.engine.run("f/demo/fails");
    const waits = await post("/w/{w}/jobs/run/p/f/demo/hello?scheduled_in_secs=600");
    expect((await list("--failed")).map((job) => job.script_path)).toEqual(["f/demo/fails"]);
    expect((await list("--success true")).every((job) => job.success)).toBe(true);
    expect((await list("--script-path f/demo/steps")).every((job) => job.script_path === "f/demo/steps")).toBe(true);
    expect(await list("--limit 1")).toHaveLength(1);
    expect(await list("--running")).toEqual([]);
    expect(await list("--created-by nobody")).toEqual([]);
    expect((await list(`--parent ${flow.id}`)).map((job) => job.parent_job)).toEqual([flow.id]);
    expect((await list("--all --is-flow-step")).every((job) => job.is_flow_step)).toBe(true);
    expect((await list("--job-kinds preview --all")).map((job) => job.script_path)).toContain("f/demo/steps/a");
    await post(`/w/{w}/jobs_u/queue/cancel/${waits}`);
  });

  it("get, logs and result tell all of a script's job", async () => {
    const { script } = await twoJobs();
    expect(await demo.run(`job get ${script.id}`)).toMatch(/Status: success[\s\S]*f\/demo\/hello/);
    expect(await demo.run(`job logs ${script.id}`)).toContain("greeting Cleo");
    expect(JSON.parse(await demo.run(`job result ${script.id}`))).toEqual({ text: "Hello Cleo" });
  });

  it("get shows the steps of a flow, and logs those of all of them", async () => {
    const { flow } = await twoJobs();
    expect(await demo.run(`job get ${flow.id}`)).toMatch(/✓ a .*\n.*✓ b /);
    expect(await demo.run(`job logs ${flow.id}`)).toMatch(/== a ==[\s\S]*in step a[\s\S]*== b ==[\s\S]*greeting flow/);
  });

  it("result of a failed job is its error", async () => {
    await demo.engine.run("f/demo/fails");
    const [failed] = await list("--failed");
    const { output } = await demo.wmill("job", "result", failed?.id ?? "");
    expect(output).toContain("on purpose");
  });

  it("cancel ends a job that waits", async () => {
    const id = await post("/w/{w}/jobs/run/p/f/demo/hello?scheduled_in_secs=600");
    await demo.run(`job cancel ${id} --reason enough`);
    expect(await get(id)).toMatchObject({
      canceled: true,
      success: false,
      result: { error: { name: "Canceled", message: "Job canceled: enough by admin" } },
    });
  });

  it("rerun runs it again, with the arguments it had", async () => {
    const { script } = await twoJobs();
    const id = (await demo.run(`job rerun ${script.id}`)).match(/[0-9a-f-]{36}/)?.[0] ?? "";
    expect(id).not.toBe(script.id);
    await expect.poll(async () => (await get(id)).result).toEqual({ text: "Hello Cleo" });
  });

  it("of an id that nobody has says so", async () => {
    const { code, output } = await demo.wmill("job", "get", "0190b5d4-0000-7000-8000-000000000000");
    expect(code).not.toBe(0);
    expect(output).toContain("Job not found for id 0190b5d4-0000-7000-8000-000000000000");
  });
});

describe("wmill queues", () => {
  it.each(["queues", "queues windmill_automations"])("%s counts what waits and what ran, by tag", async (command) => {
    const tag = `heavy-${command.length}`;
    const later = await post(`/w/{w}/jobs/run/p/f/demo/hello?scheduled_in_secs=600&tag=${tag}`);
    await post(`/w/{w}/jobs/run_wait_result/p/f/demo/hello?tag=${tag}`);
    const columns = (await demo.run(command)).split("\n").find((line) => line.includes(tag)) ?? "";
    // Running, waiting, later, suspended, and how many per second within 30 seconds and 5 minutes.
    expect(
      columns
        .trim()
        .split(/[\s│|]+/)
        .slice(1, 7),
    ).toEqual(["0", "0", "1", "0", "0.033", "0.003"]);
    await post(`/w/{w}/jobs_u/queue/cancel/${later}`);
  });
});
