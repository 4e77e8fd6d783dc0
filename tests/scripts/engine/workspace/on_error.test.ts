import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkout, folderFiles, removeCheckouts } from "../../../support/checkout.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
const SOON = { timeout: 15_000 };
const TOLD = "error schedule_path workspace_id job_id path is_flow started_at email note".split(" ");

beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/fails", "export function main(why = 'on purpose') { throw new Error(why); }");
  await engine.deploy("f/test/works", "export function main() { return 1; }");
  await engine.deploy("f/test/waits", "export async function main() { await Bun.sleep(60_000); }");
  await engine.deploy("f/test/handler", `export function main(${TOLD.join(": any, ")}: any) { return { ${TOLD} }; }`);
  const step = (id: string, path: string) => ({ id, value: { type: "script", path, input_transforms: {} } });
  const flow = (path: string, more = {}) =>
    engine.create("flows", { path, summary: "", value: { modules: [step("a", "f/test/fails")], ...more } });
  await flow("f/test/fails_too");
  await flow("f/test/handles_itself", { failure_module: step("failure", "f/test/works") });
});
afterAll(async () => {
  removeCheckouts();
  await engine.stop();
});
beforeEach(async () => void (await set({ path: "script/f/test/handler", extra_args: { note: "n" } })));

const post = (path: string, body: unknown) => engine.api(path, { method: "POST", body: JSON.stringify(body) });
const set = (handler: object) => post("/w/{w}/workspaces/edit_error_handler", handler);
const settings = async () => (await engine.api("/w/{w}/workspaces/get_settings")).json();
const start = async (path: string, args = {}) => (await post(`/w/{w}/jobs/run/${path}`, args)).text();
const read = async (path: string) => (await engine.api(path)).json();
const log = async (id: string) => (await engine.api(`/w/{w}/jobs_u/get_logs/${id}`)).text();
const ended = (id: string) =>
  expect.poll(async () => (await read(`/w/{w}/jobs_u/completed/get_result_maybe/${id}`)).completed, SOON).toBe(true);
type Handled = { id: string; created_by: string; permissioned_as: string; email: string };
const handlersOf = async (id: string, path = "f/test/handler"): Promise<Handled[]> =>
  (await read(`/w/{w}/jobs/completed/list?script_path_exact=${path}&parent_job=${id}`)) as Handled[];

/** Ends with the job and with everything that its end has started: a job of ours that is queued behind it. */
async function unhandled(id: string): Promise<void> {
  await ended(id);
  expect((await engine.run("f/test/works")).body).toBe(1);
  expect(await handlersOf(id)).toEqual([]);
  expect(await log(id)).not.toContain("error handler:");
}

describe("the workspace's error handler", () => {
  it.each([
    ["script", "p/f/test/fails", "f/test/fails", false],
    ["flow", "f/f/test/fails_too", "f/test/fails_too", true],
  ])("is told of a failed %s", async (_, route, path, is_flow) => {
    const id = await start(route);
    await expect.poll(() => handlersOf(id), SOON).toHaveLength(1);
    const [handler] = await handlersOf(id);
    expect(handler).toMatchObject({
      created_by: "error_handler",
      permissioned_as: "g/error_handler",
      email: "error_handler@windmill.dev",
    });
    expect(await read(`/w/{w}/jobs_u/completed/get_result/${handler?.id}`)).toEqual({
      error: expect.objectContaining({ message: "on purpose" }),
      schedule_path: null,
      workspace_id: engine.workspace,
      job_id: id,
      path,
      is_flow,
      started_at: expect.stringMatching(/Z$/),
      email: "admin@windmill.dev",
      note: "n",
    });
    expect(await log(id)).toContain("community edition keeps the workspace's error handler, but does not run it");
  });

  it.each([
    ["a job that works", "p/f/test/works"],
    ["a flow with a failure module", "f/f/test/handles_itself"],
  ])("is not told of %s", async (_, route) => unhandled(await start(route)));

  it("is told which schedule a failed job came from", async () => {
    const path = "f/test/often";
    const schedule = { path, schedule: "* * * * * *", timezone: "UTC", script_path: "f/test/fails", is_flow: false };
    await engine.create("schedules", { ...schedule, args: { why: "by schedule" }, enabled: true });
    const list = "/w/{w}/jobs/completed/list?script_path_exact=f/test/handler";
    const results = async () => {
      const handlers = (await read(list)) as Handled[];
      return Promise.all(handlers.map(({ id }) => read(`/w/{w}/jobs_u/completed/get_result/${id}`)));
    };
    const told = { error: expect.objectContaining({ message: "by schedule" }), schedule_path: path };
    await expect.poll(results, SOON).toContainEqual(expect.objectContaining(told));
    await engine.api(`/w/{w}/schedules/delete/${path}`, { method: "DELETE" });
  });

  it("is not told of a preview", async () =>
    unhandled(
      await start("preview", { content: "export function main() { throw 1; }", language: "bun", path: "f/test/new" }),
    ));

  it("is not told of its own failure", async () => {
    await set({ path: "script/f/test/fails" });
    const id = await start("p/f/test/fails");
    await expect.poll(() => handlersOf(id, "f/test/fails"), SOON).toHaveLength(1);
    const [handler] = await handlersOf(id, "f/test/fails");
    await unhandled(handler?.id ?? "");
  });

  it("is told of a canceled job, unless muted on cancel", async () => {
    const cancel = async () => {
      const id = await start("p/f/test/waits");
      await post(`/w/{w}/jobs_u/queue/cancel/${id}`, { reason: "enough" });
      return id;
    };
    const told = await cancel();
    await expect.poll(() => handlersOf(told), SOON).toHaveLength(1);
    await set({ path: "script/f/test/handler", muted_on_cancel: true });
    await unhandled(await cancel());
  });

  it("is not told of what fails in a user's own space, when muted there", async () => {
    await engine.deploy("u/admin/fails", "export function main() { throw new Error('mine'); }");
    const told = await start("p/u/admin/fails");
    await expect.poll(() => handlersOf(told), SOON).toHaveLength(1);
    await set({ path: "script/f/test/handler", muted_on_user_path: true });
    await unhandled(await start("p/u/admin/fails"));
  });

  it("that is missing is named in the log of the failed job", async () => {
    await set({ path: "flow/f/test/none" });
    const id = await start("p/f/test/fails");
    await expect.poll(() => log(id), SOON).toContain("could not start flow/f/test/none: Not found: flow not found");
  });
});

describe("its setting", () => {
  it("is kept as it was given, also in the keys before today's, and taken away without a path", async () => {
    expect(await settings()).toMatchObject({
      error_handler: { path: "script/f/test/handler", extra_args: { note: "n" } },
    });
    await set({ error_handler: "flow/f/a/b", error_handler_extra_args: { x: 1 }, error_handler_muted_on_cancel: true });
    expect(await settings()).toMatchObject({
      error_handler: { path: "flow/f/a/b", extra_args: { x: 1 }, muted_on_cancel: true },
    });
    expect(await (await set({})).text()).toBe(`Edit error_handler for workspace ${engine.workspace}`);
    expect(await settings()).toMatchObject({ error_handler: null });
  });

  it.each([
    [
      "extra_args that are a list",
      { path: "script/f/a/b", extra_args: [1] },
      /`extra_args` expected to be JSON object/,
    ],
    ["a path that is a number", { path: 1 }, /`path`/],
  ])("refuses %s", async (_, handler, message) => {
    const answer = await set(handler);
    expect({ status: answer.status, text: await answer.text() }).toEqual({
      status: 400,
      text: expect.stringMatching(message),
    });
  });

  it("lets no script be muted, as only the enterprise edition does", async () => {
    const muted = engine.deploy("f/test/muted", "export function main() {}", { ws_error_handler_muted: true });
    await expect(muted).rejects.toThrow("only available in enterprise version");
  });

  it("is pushed and pulled by the CLI with the settings", async () => {
    const text = "error_handler:\n  path: script/f/test/handler\n  muted_on_cancel: true\n";
    const { dir: cwd } = checkout({ ...folderFiles("test"), "settings.yaml": `name: ${engine.workspace}\n${text}` });
    const pushed = await engine.wmill(["sync", "push", "--yes", "--include-settings", "--keep-deleted"], { cwd });
    expect(pushed.code, pushed.stdout + pushed.stderr).toBe(0);
    expect(await settings()).toMatchObject({ error_handler: { path: "script/f/test/handler", muted_on_cancel: true } });
    const other = checkout();
    const pulled = await engine.wmill(["sync", "pull", "--yes", "--include-settings"], { cwd: other.dir });
    expect(pulled.code, pulled.stdout + pulled.stderr).toBe(0);
    expect(other.read()["settings.yaml"]).toContain("path: script/f/test/handler");
  });
});
