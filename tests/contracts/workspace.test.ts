import { describe, expect, it } from "vitest";
import { setClient } from "windmill-client";
import { jobWorkspace, type Workspace } from "../../f/lib/windmill/workspace.ts";
import { uniqueProject } from "../support/database.ts";
import { jobsEngine } from "../support/job_workspace.ts";
import { memoryWorkspace } from "../support/workspace.ts";

const jobs = jobsEngine();

describe.each<[string, () => Workspace]>([
  ["in memory", memoryWorkspace],
  ["of a job", jobWorkspace],
])("a workspace %s", (_name, open) => {
  /** A workspace and the path of a folder in it that exists. */
  const opened = async () => {
    const workspace = open();
    const folder = `f/project_${uniqueProject()}`;
    await workspace.ensureFolder(folder);
    return { workspace, folder };
  };

  it("makes a folder exist, once and again", async () => {
    const { workspace, folder } = await opened();
    await workspace.ensureFolder(folder);
  });

  it("keeps a secret and its later value, and forgets it", async () => {
    const { workspace, folder } = await opened();
    const path = `${folder}/postgres_app_password`;
    expect(await workspace.getSecret(path)).toBeUndefined();
    await workspace.setSecret(path, "first", "a password");
    expect(await workspace.getSecret(path)).toBe("first");
    await workspace.setSecret(path, "second", "a password");
    expect(await workspace.getSecret(path)).toBe("second");
    await workspace.deleteSecret(path);
    expect(await workspace.getSecret(path)).toBeUndefined();
    await workspace.deleteSecret(path);
  });

  it.each(["", "$var:f/x/y", '{"json": true}', "ünïcode 🦊", "a\nb\tc", "x".repeat(5000)])(
    "keeps %j as it is",
    async (value) => {
      const { workspace, folder } = await opened();
      await workspace.setSecret(`${folder}/secret`, value, "");
      expect(await workspace.getSecret(`${folder}/secret`)).toBe(value);
    },
  );

  it("keeps a resource and its later value, references unresolved, and forgets it", async () => {
    const { workspace, folder } = await opened();
    const path = `${folder}/postgres_app`;
    const connection = {
      host: "h",
      port: 5432,
      password: `$var:${folder}/postgres_app_password`,
      nested: { list: [null] },
    };
    expect(await workspace.getResource(path)).toBeUndefined();
    await workspace.setSecret(`${folder}/postgres_app_password`, "never shown", "");
    await workspace.setResource(path, "postgresql", connection);
    expect(await workspace.getResource(path)).toEqual(connection);
    await workspace.setResource(path, "postgresql", { ...connection, port: 1 });
    expect(await workspace.getResource(path)).toEqual({ ...connection, port: 1 });
    await workspace.deleteResource(path);
    expect(await workspace.getResource(path)).toBeUndefined();
    await workspace.deleteResource(path);
  });

  it("keeps a schedule and what becomes of it, paused or with another script, and forgets it", async () => {
    const { workspace, folder } = await opened();
    for (const script of ["f/nightly/first", "f/nightly/second"])
      await jobs.engine.deploy(script, "export async function main() {}");
    const path = `${folder}/schedule_nightly`;
    const made = {
      ...{ path, script: "f/nightly/first", cron: "0 0 3 * * *", timezone: "UTC" },
      ...{ args: { project: "shop", deep: { list: [1, null] } }, enabled: true },
    };
    expect(await workspace.getSchedule(path)).toBeUndefined();
    await workspace.setSchedule(made);
    expect(await workspace.getSchedule(path)).toEqual(made);
    await workspace.pauseSchedule(path);
    expect(await workspace.getSchedule(path)).toEqual({ ...made, enabled: false });
    for (const changed of [
      { ...made, cron: "0 0 4 * * *", timezone: "Europe/Berlin", args: {} },
      { ...made, script: "f/nightly/second" },
    ]) {
      await workspace.setSchedule(changed);
      expect(await workspace.getSchedule(path)).toEqual(changed);
    }
    await workspace.deleteSchedule(path);
    await workspace.deleteSchedule(path);
    expect(await workspace.getSchedule(path)).toBeUndefined();
  });

  it("lists what lies in a folder, not in one whose name begins alike, and deletes the folder with it", async () => {
    const { workspace, folder } = await opened();
    const neighbour = `${folder}_2`;
    for (const one of [folder, neighbour]) {
      await workspace.ensureFolder(one);
      await workspace.setSecret(`${one}/password`, "x", "");
      await workspace.setResource(`${one}/db`, "postgresql", { password: `$var:${one}/password` });
    }
    const { exists, items } = await workspace.readFolder(folder);
    expect(exists).toBe(true);
    expect(items).toHaveLength(2);
    expect(items).toEqual(
      expect.arrayContaining([
        { kind: "variable", path: `${folder}/password` },
        { kind: "resource", path: `${folder}/db` },
      ]),
    );
    await workspace.deleteFolder(folder);
    await workspace.deleteFolder(folder);
    expect(await workspace.readFolder(folder)).toEqual({ exists: false, items: [] });
    expect((await workspace.readFolder(neighbour)).items).toHaveLength(2);
  });
});

describe("the workspace of a job", () => {
  it("finds and deletes more than one page of items, and schedules too", async () => {
    const workspace = jobWorkspace();
    const folder = `f/project_${uniqueProject()}`;
    await workspace.ensureFolder(folder);
    for (let at = 0; at < 103; at++) await workspace.setResource(`${folder}/r${at}`, "object", {});
    await jobs.engine.deploy("f/nightly/run_it", "export async function main() {}");
    await jobs.engine.create("schedules", {
      path: `${folder}/nightly`,
      schedule: "0 0 3 * * *",
      timezone: "UTC",
      script_path: "f/nightly/run_it",
      is_flow: false,
      enabled: true,
    });
    const { items } = await workspace.readFolder(folder);
    expect(items.filter(({ kind }) => kind === "resource")).toHaveLength(103);
    expect(items).toContainEqual({ kind: "schedule", path: `${folder}/nightly` });
    await workspace.deleteFolder(folder);
    expect(await workspace.readFolder(folder)).toEqual({ exists: false, items: [] });
  });

  it("schedules no script that is not there", async () => {
    const workspace = jobWorkspace();
    const path = `f/project_${uniqueProject()}/schedule_nightly`;
    const schedule = { path, script: "f/nightly/gone", cron: "0 0 3 * * *", timezone: "UTC", args: {}, enabled: true };
    await expect(workspace.setSchedule(schedule)).rejects.toMatchObject({ code: "precondition_failed" });
  });

  it("stores secrets as secrets and resources under their type, as the CLI then shows them", async () => {
    const workspace = jobWorkspace();
    const folder = `f/project_${uniqueProject()}`;
    await workspace.ensureFolder(folder);
    await workspace.setSecret(`${folder}/password`, "hidden", "a password");
    await workspace.setResource(`${folder}/postgres_app`, "postgresql", { host: "h" });
    const variable = await jobs.engine.api(`/w/{w}/variables/get/${folder}/password?decrypt_secret=false`);
    expect(await variable.json()).toMatchObject({ is_secret: true, value: null, description: "a password" });
    const resource = await jobs.engine.api(`/w/{w}/resources/get/${folder}/postgres_app`);
    expect(await resource.json()).toMatchObject({ resource_type: "postgresql", value: { host: "h" } });
  });

  it.each<[string, (workspace: Workspace) => Promise<unknown>]>([
    ["setSecret", (workspace) => workspace.setSecret("f/nowhere/password", "hunter2", "")],
    ["setResource", (workspace) => workspace.setResource("f/nowhere/db", "postgresql", { password: "hunter2" })],
    ["getSecret", (workspace) => workspace.getSecret("f/nowhere/password")],
    ["ensureFolder", (workspace) => workspace.ensureFolder("f/nowhere")],
  ])("says what %s was refused, without the request and its secret", async (_name, call) => {
    setClient("wrong-token-hunter2", jobs.engine.url);
    const failure = await call(jobWorkspace()).catch((error: Error) => error);
    setClient(jobs.engine.token, jobs.engine.url);
    expect(failure).toMatchObject({ code: "upstream_failed", status: 502, details: { status: 401 } });
    expect(JSON.stringify({ ...(failure as Error), text: String(failure) })).not.toContain("hunter2");
  });

  it("says that Windmill is away, and that calling again helps", async () => {
    setClient(jobs.engine.token, "http://127.0.0.1:1");
    const failure = await jobWorkspace()
      .setSecret("f/x/y", "hunter2", "")
      .catch((error: Error) => error);
    setClient(jobs.engine.token, jobs.engine.url);
    expect(failure).toMatchObject({ code: "upstream_unreachable", retryable: true, details: { path: "f/x/y" } });
    expect(JSON.stringify(failure)).not.toContain("hunter2");
  });
});
