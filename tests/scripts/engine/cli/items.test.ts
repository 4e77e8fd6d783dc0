import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { demoWorkspace } from "./demo.ts";

const demo = demoWorkspace();
const read = async (path: string) => (await demo.engine.api(path)).json();

describe("the verbs that read", () => {
  it.each([
    ["variable list", /f\/demo\/setting.*visible/],
    ["variable get f/demo/setting", /Value: visible/],
    ["resource list", /f\/demo\/thing.*c_thing/],
    ["resource get f/demo/thing", /"host": "h"/],
    ["resource-type list", /c_thing/],
    ["resource-type get c_thing", /Description: A thing[\s\S]*"host"/],
    ["folder list", /demo/],
    ["folder get demo", /Name: demo/],
    ["folder show-rules demo", /no default_permissioned_as rules/],
    ["schedule list", /f\/demo\/nightly.*0 0 3 \* \* \*/],
    ["schedule get f/demo/nightly", /Timezone: UTC[\s\S]*Enabled: false/],
    ["trigger list", /f\/demo\/hook.*http/],
    ["trigger get f/demo/hook", /Route Path: demo\/hook/],
    ["trigger get f/demo/hook --kind http", /Kind: http/],
    ["workspace whoami", /admin@windmill.dev/],
    ["workspace list-remote", /windmill_automations/],
    ["workspace list-forks", /No forked workspaces/],
    ["lint", /Lint passed/],
  ])("%s", async (command, expected) => {
    expect(await demo.run(command)).toMatch(expected);
  });

  it("resource-type generate-namespace writes the types of the workspace", async () => {
    await demo.run("resource-type generate-namespace");
    expect(readFileSync(join(demo.dir, "rt.d.ts"), "utf8")).toMatch(/type CThing = \{\s+host: string/);
  });
});

describe("push of one file", () => {
  it.each([
    ["variable", "f/demo/setting.variable.yaml", "f/demo/copy", "/variables/get/f/demo/copy", { value: "visible" }],
    [
      "resource",
      "f/demo/thing.resource.yaml",
      "f/demo/copy",
      "/resources/get/f/demo/copy",
      { resource_type: "c_thing" },
    ],
    ["resource-type", "c_thing.resource-type.yaml", "c_copy", "/resources/type/get/c_copy", { description: "A thing" }],
    ["schedule", "f/demo/nightly.schedule.yaml", "f/demo/copy", "/schedules/get/f/demo/copy", { enabled: false }],
  ])("of a %s makes it, and again changes nothing", async (noun, file, path, address, expected) => {
    for (const _ of [1, 2]) {
      await demo.run(`${noun} push ${file} ${path}`);
      expect(await read(`/w/{w}${address}`)).toMatchObject(expected);
    }
  });

  it("of a trigger changes it, and is refused for a route that another one has", async () => {
    await demo.run("trigger push f/demo/hook.http_trigger.yaml f/demo/hook");
    const { code, output } = await demo.wmill("trigger", "push", "f/demo/hook.http_trigger.yaml", "f/demo/other");
    expect(code).toBe(1);
    expect(output).toContain("A route already exists with this path");
  });

  it("of a folder keeps who owns it", async () => {
    const owners = "summary: null\ndisplay_name: demo\nextra_perms:\n  u/ada: true\nowners:\n  - u/ada\n";
    demo.write({ "f/demo/folder.meta.yaml": owners });
    await demo.run("folder push demo");
    expect(await read("/w/{w}/folders/get/demo")).toMatchObject({ owners: ["u/ada"], extra_perms: { "u/ada": true } });
  });
});

describe("wmill", () => {
  it("enables and disables a schedule, which queues its next job and takes it back", async () => {
    const queued = async () => (await read("/w/{w}/jobs/queue/list?schedule_path=f/demo/nightly")).length;
    await demo.run("schedule enable f/demo/nightly");
    expect(await queued()).toBe(1);
    await demo.run("schedule disable f/demo/nightly");
    expect(await queued()).toBe(0);
  });

  it("adds a secret, changes it, and shows it decrypted only one by one", async () => {
    await demo.run("variable add first-value f/demo/secret --secret");
    await demo.run("variable add second-value f/demo/secret --secret --yes");
    expect(await demo.run("variable get f/demo/secret")).toContain("second-value");
    expect(await demo.run("variable list")).not.toContain("-value");
  });

  it("makes a token, lists it by its prefix and deletes it", async () => {
    const token = (await demo.run("token create --label from-cli")).match(/[0-9a-f]{32}/)?.[0] ?? "";
    const whoami = () => demo.engine.api("/users/whoami", { headers: { authorization: `Bearer ${token}` } });
    expect((await whoami()).status).toBe(200);
    expect(await demo.run("token list")).toMatch(new RegExp(`${token.slice(0, 10)}.*from-cli`));
    await demo.run(`token delete ${token.slice(0, 10)}`);
    expect((await whoami()).status).toBe(401);
  });
});

describe("wmill workspace add", () => {
  const profile = () => demo.engine.wmillWithProfile;

  it("keeps a profile, by which later commands find the engine", async () => {
    const add = await profile()(
      ["workspace", "add", "here", demo.engine.workspace, `${demo.engine.url}/`, "--token", demo.engine.token],
      {
        cwd: demo.dir,
      },
    );
    expect(add.code, add.stdout + add.stderr).toBe(0);
    const { stdout } = await profile()(["workspace", "list"], { cwd: demo.dir });
    expect(stdout).toMatch(/here.*127\.0\.0\.1.*windmill_automations/);
    expect((await profile()(["script", "list"], { cwd: demo.dir })).stdout).toContain("f/demo/hello");
  });

  it("refuses a workspace that the engine does not serve", async () => {
    const { code } = await profile()(
      ["workspace", "add", "other", "nowhere", `${demo.engine.url}/`, "--token", demo.engine.token],
      {
        cwd: demo.dir,
      },
    );
    expect(code).not.toBe(0);
  });
});
