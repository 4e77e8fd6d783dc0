import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
let began: string;
let between: string;
const names = new Map<string, string>();

beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/a/ok", "export function main(l?: string) { return { wm_labels: l ? [l] : [] }; }", {
    tag: "special",
  });
  await engine.deploy("f/b/fails", "export function main() { throw new Error('no'); }");
  const step = { id: "s", value: { type: "script", path: "f/a/ok", input_transforms: {} } };
  await engine.create("flows", { path: "f/b/flow", summary: "", value: { modules: [step] }, schema: {} });
  began = new Date().toISOString();
  const run = async (name: string, path: string, body = "{}") => {
    const id = crypto.randomUUID();
    names.set(id, name);
    const headers = { "content-type": "application/json" };
    await engine.api(`/w/{w}/jobs/${path}${path.includes("?") ? "&" : "?"}job_id=${id}`, {
      method: "POST",
      headers,
      body,
    });
    return id;
  };
  await run("ok", "run_wait_result/p/f/a/ok", '{"l":"red"}');
  await run("fails", "run_wait_result/p/f/b/fails");
  const ended = Date.now();
  await vi.waitUntil(() => Date.now() > ended, { interval: 1 });
  between = new Date().toISOString();
  const flow = await run("flow", "run_wait_result/f/f/b/flow");
  const [step_] = await (await engine.api(`/w/{w}/jobs/list?parent_job=${flow}`)).json();
  names.set(step_.id, "step");
  await run("later", "run/p/f/a/ok?scheduled_in_secs=600");
  const canceled = await run("canceled", "run/p/f/a/ok?scheduled_in_secs=600");
  await engine.api(`/w/{w}/jobs_u/queue/cancel/${canceled}`, { method: "POST", body: "{}" });
});
afterAll(() => engine.stop());

/** The names of the listed jobs that the tests made, sorted. */
async function listed(query: string, kind = "list"): Promise<string[]> {
  const answer = await engine.api(`/w/{w}/jobs/${kind}?${query}`);
  expect(answer.status, query).toBe(200);
  const jobs = (await answer.json()) as { id: string }[];
  return jobs.flatMap(({ id }) => names.get(id) ?? []).sort();
}

const ALL = ["canceled", "fails", "flow", "later", "ok", "step"];

describe("a list of jobs", () => {
  it.each<[string, string[]]>([
    ["", ALL],
    ["script_path_exact=f/b/fails", ["fails"]],
    ["script_path_exact=f/b/fails,f/b/flow", ["fails", "flow"]],
    ["script_path_exact=!f/a/ok", ["fails", "flow"]],
    ["script_path_start=f/b/", ["fails", "flow"]],
    ["script_path_start=!f/b/", ["canceled", "later", "ok", "step"]],
    ["job_kinds=flow", ["flow"]],
    ["job_kinds=!script", ["flow"]],
    ["created_by=admin", ALL],
    ["created_by=!admin", []],
    ["tag=special&has_null_parent=true", ["canceled", "later", "ok"]],
    ["tag=spec*&allow_wildcards=true&success=true", ["ok", "step"]],
    ["tag=flow", ["flow"]],
    ["label=red", ["ok"]],
    ["success=true", ["flow", "ok", "step"]],
    ["success=false", ["canceled", "fails"]],
    ["status=failure", ["fails"]],
    ["status=canceled,failure", ["canceled", "fails"]],
    ["running=false", ["later"]],
    ["running=true", []],
    ["is_flow_step=true", ["step"]],
    ["is_flow_step=false&success=true", ["flow", "ok"]],
    ["has_null_parent=true", ["canceled", "fails", "flow", "later", "ok"]],
    ["is_not_schedule=true", ALL],
    ["schedule_path=f/a/none", []],
    ["is_skipped=true", []],
    ["suspended=true", []],
    ["scheduled_for_before_now=true", ["fails", "flow", "ok", "step"]],
  ])("with %j has these", async (query, expected) => {
    expect(await listed(query)).toEqual(expected);
  });

  it("goes by moments", async () => {
    expect(await listed(`created_after=${began}&created_before=${between}`)).toEqual(["fails", "ok"]);
    expect(await listed(`completed_after=${between}`)).toEqual(["canceled", "flow", "step"]);
    expect(await listed(`started_before=${between}`)).toEqual(["fails", "ok"]);
    expect(await listed(`created_or_started_after=${between}`)).toEqual(["canceled", "flow", "later", "step"]);
    expect(await listed("created_before_queue=2020-01-01T00:00:00Z")).not.toContain("later");
  });

  it("is of the queue, or of what has ended", async () => {
    expect(await listed("", "queue/list")).toEqual(["later"]);
    expect(await listed("", "completed/list")).toEqual(ALL.filter((name) => name !== "later"));
  });

  it("comes in pages, newest first or oldest first", async () => {
    const ids = async (query: string) =>
      ((await (await engine.api(`/w/{w}/jobs/list?${query}`)).json()) as { id: string }[]).map(({ id }) => id);
    const all = await ids("per_page=100");
    expect([...(await ids("per_page=2&page=1")), ...(await ids("per_page=2&page=2"))]).toEqual(all.slice(0, 4));
    expect(await ids("per_page=100&order_desc=false")).toEqual(all.toReversed());
    expect(await ids("per_page=100&page=9")).toEqual([]);
  });

  it.each([
    ["created_before=never", "created_before must be a date"],
    ["success=maybe", "success must be true or false"],
    ["worker=w", "the local engine does not filter jobs by worker"],
    ["args={}", "the local engine does not filter jobs by args"],
    ["succes=true", "the local engine does not filter jobs by succes"],
  ])("is refused for %s: it would show other jobs than it was asked for", async (query, message) => {
    const answer = await engine.api(`/w/{w}/jobs/list?${query}`);
    expect([answer.status, await answer.text()]).toEqual([400, `Bad request: ${message}`]);
  });
});
