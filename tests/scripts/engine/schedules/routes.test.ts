import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, folderFiles, removeCheckouts, scriptFiles } from "../../../support/checkout.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { schedulesOf } from "./schedules.ts";

let engine: TestEngine;
const { get, create, queued, setEnabled, remove } = schedulesOf(() => engine);

beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/script", "export function main() {}");
  const value = { modules: [] };
  await engine.create("flows", { path: "f/test/flow", summary: "", description: "", value, schema: {} });
});
afterAll(async () => {
  removeCheckouts();
  await engine.stop();
});

const post = async (path: string, body: unknown) => {
  const answer = await engine.api(path, { method: "POST", body: JSON.stringify(body) });
  return { status: answer.status, text: await answer.text() };
};
const yearly = (options: Record<string, unknown> = {}) => ({
  schedule: "0 0 0 1 1 *",
  timezone: "UTC",
  script_path: "f/test/script",
  is_flow: false,
  enabled: true,
  args: { n: 1 },
  cron_version: "v2",
  ...options,
});

describe("a schedule", () => {
  it("is answered as it was pushed, with what Windmill adds", async () => {
    const created = await post("/w/{w}/schedules/create", { path: "f/test/shown", ...yearly({ summary: "S" }) });
    expect(created).toEqual({ status: 200, text: "f/test/shown" });
    expect(await get("/w/{w}/schedules/get/f/test/shown")).toEqual({
      ...yearly({ summary: "S" }),
      workspace_id: engine.workspace,
      path: "f/test/shown",
      edited_by: "admin",
      edited_at: expect.any(String),
      email: "admin@windmill.dev",
      permissioned_as: "u/admin",
      extra_perms: {},
      no_flow_overlap: false,
      ws_error_handler_muted: false,
    });
    expect(await get("/w/{w}/schedules/exists/f/test/shown")).toBe(true);
    expect(await get("/w/{w}/schedules/exists/f/test/none")).toBe(false);
  });

  it("keeps what it runs and whether it is enabled through an update, which replaces the rest", async () => {
    const path = await create(yearly({ summary: "old" }));
    const changes = yearly({ schedule: "0 0 0 2 2 *", script_path: "f/test/other", is_flow: true, enabled: false });
    expect(await post(`/w/{w}/schedules/update/${path}`, changes)).toEqual({ status: 200, text: path });
    const now = await get(`/w/{w}/schedules/get/${path}`);
    expect(now).toMatchObject({ ...yearly(), schedule: "0 0 0 2 2 *" });
    expect(now).not.toHaveProperty("summary");
  });

  it("is listed, newest first, by what it runs and where it is", async () => {
    const path = await create(yearly());
    const flow = await create(yearly({ script_path: "f/test/flow", is_flow: true }));
    const list = async (query: string) =>
      ((await get(`/w/{w}/schedules/list?${query}`)) as { path: string }[]).map((one) => one.path);
    expect((await list("")).indexOf(flow)).toBeLessThan((await list("")).indexOf(path));
    expect(await list("path=f/test/flow")).toEqual([flow]);
    expect(await list("is_flow=true")).toEqual([flow]);
    expect(await list(`schedule_path=${path}`)).toEqual([path]);
    expect(await list("path_start=f/elsewhere")).toEqual([]);
  });

  it("is listed with its latest runs", async () => {
    const path = await create(yearly({ schedule: "* * * * * *" }));
    const runs = async () =>
      ((await get("/w/{w}/schedules/list_with_jobs")) as { path: string; jobs: unknown[] }[]).find(
        (one) => one.path === path,
      )?.jobs[0];
    await expect
      .poll(runs, { timeout: 10_000 })
      .toEqual({ id: expect.any(String), success: true, duration_ms: expect.any(Number) });
    expect(await remove(path)).toBe(`schedule ${path} deleted`);
  });

  it("says so when it is switched, and when it is not there", async () => {
    const path = await create(yearly());
    expect(await setEnabled(path, false)).toBe(`succesfully updated schedule at path ${path} to status false`);
    expect(await setEnabled("f/test/none", true)).toBe("Not found: Schedule not found at name f/test/none");
    expect(await remove("f/test/none")).toBe("Not found: Schedule not found at name f/test/none");
  });
});

describe("a schedule is refused", () => {
  it.each([
    ["with five fields", { schedule: "*/5 2 * * *" }, "400: Bad request: cron: "],
    ["with five fields, and told how to write it", { schedule: "*/5 2 * * *" }, "e.g. '0 */5 2 * * *'"],
    ["in an unknown zone", { timezone: "Mars/Base" }, "400: Bad request: failed to parse timezone"],
    ["when it never comes", { schedule: "0 0 0 30 2 *" }, "400: Bad request: cron: "],
    ["without a version, if it is none of version 1", { schedule: "0 0 0 * * 0", cron_version: undefined }, "400: "],
    ["with on_recovery", { on_recovery: "script/f/test/script" }, "on_recovery is only available in enterprise"],
    ["with on_success", { on_success: "script/f/test/script" }, "on_success is only available in enterprise"],
    ["with on_failure_times", { on_failure_times: 2 }, "a number of times > 1 is only available in enterprise"],
    ["with arguments that are no object", { args: [1] }, "400: Bad request: args"],
    ["paused until no date", { paused_until: "soon" }, "400: Bad request: paused_until"],
    ["without its script", { script_path: "f/test/none" }, "404: Not found: script not found"],
    ["without its flow", { script_path: "f/test/none", is_flow: true }, "404: Not found: flow not found"],
    ["without its skip handler", { dynamic_skip: "f/test/none" }, "400: Bad request: Dynamic skip handler"],
    ["at the path of a flow that it does not run", { path: "f/test/flow" }, "400: Bad request: The path is the same"],
    ["at a path that is none", { path: "test" }, "400: "],
    ["without a zone", { timezone: undefined }, "missing field `timezone`"],
  ])("%s, and nothing is kept", async (_, options, message) => {
    const path = `f/test/refused_${message.length}`;
    await expect(create(yearly({ path, ...options }))).rejects.toThrow(message);
    expect(await get(`/w/{w}/schedules/exists/${path}`)).toBe(false);
    expect(await queued(path)).toEqual([]);
  });

  it("when there is one", async () => {
    const path = await create(yearly());
    await expect(create(yearly({ path }))).rejects.toThrow(`400: Bad request: Schedule ${path} already exists`);
  });
});

describe("a preview", () => {
  const preview = (body: Record<string, unknown>) => post("/schedules/preview", body);

  it("says when a schedule would come", async () => {
    const { text } = await preview({ schedule: "0 0 3 * * *", timezone: "Asia/Tokyo", cron_version: "v2" });
    const times = JSON.parse(text) as string[];
    expect(times).toHaveLength(5);
    expect(times.every((time) => time.endsWith("T18:00:00Z"))).toBe(true);
  });

  it("refuses what no schedule can have", async () => {
    expect(await preview({ schedule: "* * * * *", timezone: "UTC" })).toMatchObject({ status: 400 });
    expect(await preview({ schedule: "* * * * * *", timezone: "X" })).toMatchObject({ status: 400 });
  });
});

it("the real CLI pushes, shows and switches schedules, and pulls back what was pushed", async () => {
  const file = (enabled: boolean) => ({
    "f/demo/nightly.schedule.yaml": `summary: Nightly
description: null
args:
  n: 1
cron_version: v2
enabled: ${enabled}
is_flow: false
no_flow_overlap: true
on_failure: script/f/demo/hello
schedule: 0 0 3 * * *
script_path: f/demo/hello
timezone: Europe/Berlin
`,
  });
  const { dir, write, read } = checkout({
    ...folderFiles("demo"),
    ...scriptFiles("f/demo/hello", "export function main() {}\n"),
    ...file(true),
  });
  const wmill = async (...args: string[]) => {
    const { code, stdout, stderr } = await engine.wmill(args, { cwd: dir });
    expect(code, stdout + stderr).toBe(0);
    return stdout;
  };
  const push = () => wmill("sync", "push", "--yes", "--keep-deleted");
  expect(await push()).toContain("changes pushed");
  expect(await push()).toContain("0 changes to apply");
  expect(await queued("f/demo/nightly")).toHaveLength(1);
  expect(await wmill("schedule", "list")).toMatch(/f\/demo\/nightly.*0 0 3 \* \* \*/);
  expect(await wmill("schedule", "get", "f/demo/nightly")).toMatch(/Europe\/Berlin[\s\S]*Enabled: true/);
  await wmill("schedule", "disable", "f/demo/nightly");
  expect(await queued("f/demo/nightly")).toEqual([]);
  await wmill("schedule", "enable", "f/demo/nightly");
  expect(await queued("f/demo/nightly")).toHaveLength(1);
  expect(await wmill("schedule", "push", "f/demo/nightly.schedule.yaml", "f/demo/nightly")).toContain(
    "Schedule pushed",
  );
  write(file(false));
  expect(await push()).toContain("changes pushed");
  expect(await push()).toContain("0 changes to apply");
  expect(await queued("f/demo/nightly")).toEqual([]);
  const before = read();
  const pulled = checkout();
  await engine.wmill(["sync", "pull", "--yes"], { cwd: pulled.dir });
  expect(pulled.read()).toMatchObject({ "f/demo/nightly.schedule.yaml": before["f/demo/nightly.schedule.yaml"] });
});
