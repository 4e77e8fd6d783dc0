import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { push } from "../../../../scripts/cli/push/push.ts";
import { openWindmill } from "../../../../scripts/cli/windmill.ts";
import type { Step } from "../../../../scripts/stack/stack.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { includesOnly, makeCheckout } from "./checkout.ts";
import { cutLine } from "./cut_line.ts";
import { fillWithForeignItems, snapshot } from "./foreign.ts";

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  onTestFinished(() => engine.stop());
});
const checkout = () => makeCheckout(engine);

const code = async (path: string) => {
  const answer = await engine.api(`/w/{w}/scripts/get/p/${path}`);
  return answer.ok ? ((await answer.json()) as { content: string }).content : answer.status;
};

describe("push", () => {
  it("brings a checkout to an empty workspace, and then has nothing to do", async () => {
    const { push } = checkout();
    const first = await push();
    expect(first.code, first.stderr).toBe(0);
    expect(first.json()).toMatchObject({ folders: ["lib", "infra", "api"], removed: [], kept: [], conflicts: [] });
    expect(await code("f/infra/postgres/ensure_schema")).toContain("return 1");
    expect(await engine.run("f/api/waitlist/create_signup")).toEqual({ status: 200, body: 3 });
    const second = await push();
    expect(second.json()).toMatchObject({ changes: [], removed: [], folders: [] });
  });

  it("of a workspace of its own compares nothing anew that looks as it was pushed, but finds what only wmill compares", async () => {
    const { dir, write } = checkout();
    const steps: string[] = [];
    const step: Step = (label, work) => {
      steps.push(label);
      return work();
    };
    const windmill = openWindmill({ url: engine.url, token: engine.token, workspace: engine.workspace });
    const pushing = async () => {
      steps.length = 0;
      const { changes } = await push(windmill, { checkout: dir, dryRun: false, adopt: true, ownWorkspace: true, step });
      return { steps, paths: changes.map(({ path }) => path) };
    };
    expect((await pushing()).steps).toEqual(["compare", "push"]);
    expect(await pushing()).toEqual({ steps: ["compare"], paths: [] });
    const lock = "!inline f/lib/names.script.lock";
    write("f/lib/names.script.yaml", `summary: Other\ndescription: ""\nlock: "${lock}"\nkind: script\nschema: {}\n`);
    expect(await pushing()).toEqual({ steps: ["compare", "push"], paths: ["f/lib/names.script.yaml"] });
    expect((await pushing()).steps).toEqual(["compare"]);
  });

  it("shows with --dry-run what it would do, and does nothing", async () => {
    const { push } = checkout();
    const before = await snapshot(engine);
    const { changes } = (await push("--dry-run")).json();
    expect(changes).toContainEqual({ type: "added", path: "f/infra/postgres/ensure_schema.ts" });
    expect(await snapshot(engine)).toEqual(before);
  });

  it("leaves every item of others as it is, byte for byte, in our folders too", async () => {
    const { push, script, removeScript, commit } = checkout();
    await fillWithForeignItems(engine);
    const before = await snapshot(engine);
    const foreign = async () =>
      Object.fromEntries(Object.entries(await snapshot(engine)).filter(([name]) => name in before));

    const first = await push();
    expect(first.code, first.stderr).toBe(0);
    expect(first.json().kept).toContainEqual({
      key: "script:f/infra/postgres/monthly_report",
      reason: "not pushed by run8n",
    });
    expect(await foreign()).toEqual(before);

    removeScript("f/infra/postgres/old_name");
    script("f/infra/postgres/new_name", "export async function main() { return 4; }\n");
    commit();
    const renamed = await push();
    expect(renamed.json().removed).toEqual(["script:f/infra/postgres/old_name"]);
    expect(await snapshot(engine)).not.toHaveProperty(["f/infra/postgres/old_name.ts"]);
    expect(await code("f/infra/postgres/new_name")).toContain("return 4");
    expect(await foreign()).toEqual(before);
  });

  it("refuses as a whole when it would overwrite what it has not pushed, until told to adopt it", async () => {
    const { push } = checkout();
    await engine.deploy("f/infra/postgres/ensure_schema", "export async function main() { return 'theirs'; }\n");
    const before = await snapshot(engine);
    const refused = await push();
    expect(refused.code).toBe(1);
    expect(refused.json().error).toMatchObject({
      message: expect.stringContaining("script f/infra/postgres/ensure_schema: not pushed by run8n"),
      hint: expect.stringContaining("--adopt"),
      conflicts: [{ key: "script:f/infra/postgres/ensure_schema" }],
    });
    expect(await snapshot(engine)).toEqual(before);
    expect((await push("--adopt")).code).toBe(0);
    expect(await code("f/infra/postgres/ensure_schema")).toContain("return 1");
  });

  it("refuses to overwrite an item of ours that was edited in the workspace", async () => {
    const { push, script } = checkout();
    await push();
    await engine.deploy("f/infra/postgres/ensure_schema", "export async function main() { return 'hot fix'; }\n");
    script("f/infra/postgres/ensure_schema", "export async function main() { return 5; }\n");
    const refused = await push();
    expect(refused.json().error.message).toContain("changed in the workspace since the last push");
    expect(await code("f/infra/postgres/ensure_schema")).toContain("hot fix");
  });

  it("keeps an item that it dropped but somebody has edited since", async () => {
    const { push, removeScript, commit } = checkout();
    await push();
    await engine.deploy("f/infra/postgres/old_name", "export async function main() { return 'mine now'; }\n");
    removeScript("f/infra/postgres/old_name");
    commit();
    expect((await push()).json()).toMatchObject({
      removed: [],
      kept: [{ key: "script:f/infra/postgres/old_name", reason: "changed in the workspace since the last push" }],
    });
    expect(await code("f/infra/postgres/old_name")).toContain("mine now");
  });

  it("removes flows, triggers and schedules that it dropped", async () => {
    const { push, remove, commit } = checkout();
    await push();
    remove("f/infra/postgres/tidy__flow");
    remove("f/infra/postgres/nightly.schedule.yaml");
    remove("f/api/waitlist/create_signup.http_trigger.yaml");
    commit();
    expect((await push()).json().removed.sort()).toEqual([
      "flow:f/infra/postgres/tidy",
      "http_trigger:f/api/waitlist/create_signup",
      "schedule:f/infra/postgres/nightly",
    ]);
    expect((await engine.api("/w/{w}/flows/get/f/infra/postgres/tidy")).status).toBe(404);
    expect((await push()).json()).toMatchObject({ changes: [], removed: [] });
  });

  it("does not remove what a newer checkout has pushed, nor forget that it was newer", async () => {
    const newer = checkout();
    const old = mkdtempSync(join(tmpdir(), "run8n-older-"));
    onTestFinished(() => rmSync(old, { recursive: true }));
    cpSync(newer.dir, old, { recursive: true });
    newer.script("f/infra/postgres/brand_new", "export async function main() { return 6; }\n");
    newer.commit();
    await newer.push();
    const pushOld = () => newer.push("--checkout", old);
    for (const result of [await pushOld(), await pushOld()])
      expect(result.json()).toMatchObject({
        removed: [],
        kept: [{ key: "script:f/infra/postgres/brand_new", reason: "pushed from a commit this checkout lacks" }],
      });
    expect(await code("f/infra/postgres/brand_new")).toContain("return 6");
  });

  it("knows its own work after a push that was cut short between writing and remembering", async () => {
    const { push, script, commit } = checkout();
    await push();
    script("f/infra/postgres/ensure_schema", "export async function main() { return 7; }\n");
    script("f/infra/postgres/late", "export async function main() { return 7; }\n");
    commit();
    // Of the two writes to the record in one push, the second comes after the work.
    const line = await cutLine(engine, { at: "resources/update_value/f/lib/pushed", times: 2 });
    expect((await push("--base-url", line)).code).toBe(1);
    expect(await code("f/infra/postgres/ensure_schema")).toContain("return 7");
    script("f/infra/postgres/ensure_schema", "export async function main() { return 8; }\n");
    script("f/infra/postgres/late", "export async function main() { return 8; }\n");
    const next = await push();
    expect(next.code, next.stderr).toBe(0);
    expect(await code("f/infra/postgres/late")).toContain("return 8");
  });

  it("takes over what somebody pushed from this repository with plain wmill", async () => {
    const { dir, push, script, removeScript, commit } = checkout();
    script("f/infra/postgres/by_hand", "export async function main() { return 9; }\n");
    commit();
    expect((await engine.wmill(["sync", "push", "--yes"], { cwd: dir })).code).toBe(0);
    expect((await push()).json()).toMatchObject({ changes: [], conflicts: [] });
    removeScript("f/infra/postgres/by_hand");
    commit();
    expect((await push()).json().removed).toEqual(["script:f/infra/postgres/by_hand"]);
  });

  it("never changes a folder that exists", async () => {
    const { push } = checkout();
    const folder = {
      name: "infra",
      display_name: "Operations",
      owners: ["u/ada"],
      extra_perms: { "g/all": false },
      summary: "x",
    };
    await engine.create("folders", folder);
    await push();
    expect(await (await engine.api("/w/{w}/folders/get/infra")).json()).toMatchObject(folder);
  });

  it("refuses a wmill.yaml that reaches further than our folders", async () => {
    const { push, write } = checkout();
    for (const include of ["f/**", "f/infra/**", "**", "f/api/*", "u/**"]) {
      write("wmill.yaml", includesOnly([include]));
      const refused = await push();
      expect(refused.code, include).toBe(2);
      expect(refused.json().error.message).toContain(include);
    }
  });

  it("says so when the token is wrong, and never shows it", async () => {
    const { push } = checkout();
    const refused = await push("--token", "wrong-secret-token");
    expect(refused.code).toBe(1);
    expect(refused.json().error.hint).toContain("token");
    expect(refused.stdout + refused.stderr).not.toContain("wrong-secret-token");
  });
});
