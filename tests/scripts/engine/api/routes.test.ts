import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, folderFiles, removeCheckouts, scriptFiles } from "../../../support/checkout.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
let dir: string;

beforeAll(async () => {
  engine = await startEngine();
  dir = checkout({
    ...folderFiles("demo"),
    ...scriptFiles(
      "f/demo/hello",
      `import { greet } from "./greet.ts";
      export async function main(name: string) { console.log("greeting", name); return { text: greet(name) }; }`,
    ),
    ...scriptFiles("f/demo/greet", "export const greet = (name: string) => 'Hello ' + name;"),
    ...scriptFiles("f/demo/fails", "export function main() { throw new Error('on purpose'); }"),
    "f/demo/steps__flow/flow.yaml": `summary: Steps
description: ''
value:
  modules:
    - id: a
      value:
        type: rawscript
        content: '!inline a.ts'
        input_transforms: {}
        language: bun
    - id: b
      value:
        type: script
        input_transforms:
          name:
            type: javascript
            expr: results.a
        path: f/demo/hello
schema:
  type: object
  properties: {}
`,
    "f/demo/steps__flow/a.ts": "export function main() { console.log('in step a'); return 'flow'; }\n",
    "f/demo/setting.variable.yaml": "description: A setting\nvalue: visible\nis_secret: false\n",
    "f/demo/db.resource.yaml": "description: ''\nvalue:\n  host: h\nresource_type: postgresql\n",
  }).dir;
  const pushed = await engine.wmill(["sync", "push", "--yes"], { cwd: dir });
  expect(pushed.code, pushed.stdout + pushed.stderr).toBe(0);
});
afterAll(async () => {
  removeCheckouts();
  await engine.stop();
});

const wmill = async (...args: string[]) => {
  const { code, stdout, stderr } = await engine.wmill(args, { cwd: dir });
  return { code, output: stdout + stderr };
};

describe("the real CLI", () => {
  it.each([
    ['script run f/demo/hello -d {"name":"Ada"}', /greeting Ada[\s\S]*"text": "Hello Ada"/],
    ['script preview f/demo/hello.ts -d {"name":"Bob"}', /"text": "Hello Bob"/],
    ["script list", /f\/demo\/hello.*bun/],
    ["script get f/demo/hello", /Path: f\/demo\/hello/],
    ["script show f/demo/greet", /export const greet/],
    ["script history f/demo/hello", /[0-9a-f]{16}/],
    ["flow run f/demo/steps", /====== a ======[\s\S]*in step a[\s\S]*greeting flow[\s\S]*"text": "Hello flow"/],
    ["flow preview f/demo/steps__flow", /"text": "Hello flow"/],
    ["flow list", /f\/demo\/steps/],
    ["flow get f/demo/steps", /b: script \(f\/demo\/hello\)/],
    ["flow history f/demo/steps", /1/],
    ["variable list", /f\/demo\/setting.*visible/],
    ["variable get f/demo/setting", /Value: visible/],
    ["resource list", /f\/demo\/db.*postgresql/],
    ["resource get f/demo/db", /"host": "h"/],
    ["folder list", /demo/],
    ["schedule list", /Path/],
    ["trigger list", /Path/],
    ["workspace whoami", /admin@windmill.dev/],
    ["lint", /Lint passed/],
  ])("%s", async (command, expected) => {
    const { code, output } = await wmill(...command.split(" "));
    expect(output).toMatch(expected);
    expect(code).toBe(0);
  });

  it("fails with the job: script run of a script that throws", async () => {
    const { code, output } = await wmill("script", "run", "f/demo/fails");
    expect(code).toBe(1);
    expect(output).toContain("on purpose");
  });

  it("lists jobs, and shows the log and the result of each", async () => {
    await engine.run("f/demo/hello", { name: "Cleo" });
    const [job] = await (await engine.api("/w/{w}/jobs/list?per_page=1")).json();
    expect((await wmill("job", "list")).output).toContain("f/demo/hello");
    expect((await wmill("job", "list", "--failed")).output).not.toContain(job.id);
    expect((await wmill("job", "get", job.id)).output).toContain("f/demo/hello");
    expect((await wmill("job", "logs", job.id)).output).toContain("greeting Cleo");
    expect((await wmill("job", "result", job.id)).output).toContain("Hello Cleo");
  });

  it("runs a job again, with the arguments it had", async () => {
    await engine.run("f/demo/hello", { name: "Dan" });
    const [job] = await (await engine.api("/w/{w}/jobs/list?per_page=1")).json();
    const id = (await wmill("job", "rerun", job.id)).output.match(/[0-9a-f-]{36}/)?.[0];
    expect(id).not.toBe(job.id);
    await expect
      .poll(async () => (await (await engine.api(`/w/{w}/jobs_u/completed/get_result_maybe/${id}`)).json()).result)
      .toEqual({ text: "Hello Dan" });
  });

  it("shows an earlier version of a flow", async () => {
    const value = { modules: [{ id: "old", value: { type: "identity" } }] };
    await engine.create("flows", { path: "f/demo/changed", summary: "", description: "", value, schema: {} });
    const [{ id }] = await (await engine.api("/w/{w}/flows/history/p/f/demo/changed")).json();
    const update = { path: "f/demo/changed", summary: "", description: "", value: { modules: [] }, schema: {} };
    await engine.api("/w/{w}/flows/update/f/demo/changed", { method: "POST", body: JSON.stringify(update) });
    expect((await wmill("flow", "history", "f/demo/changed")).output.match(/│ +\d+ +│/g)).toHaveLength(2);
    const version = await (await engine.api(`/w/{w}/flows/get/v/${id}`)).json();
    expect(version.value.modules[0].id).toBe("old");
    const run = await engine.api(`/w/{w}/jobs/run_wait_result/fv/${id}`, { method: "POST" });
    expect([run.status, await run.json()]).toEqual([200, {}]);
  });

  it("cancels a job", async () => {
    const id = await (
      await engine.api("/w/{w}/jobs/run/p/f/demo/hello?scheduled_in_secs=600", { method: "POST" })
    ).text();
    expect((await wmill("job", "cancel", id)).code).toBe(0);
    expect(await (await engine.api(`/w/{w}/jobs_u/get/${id}`)).json()).toMatchObject({
      canceled: true,
      success: false,
    });
  });

  it("adds a secret, changes it, and sees it decrypted only one by one", async () => {
    expect((await wmill("variable", "add", "first-value", "f/demo/secret", "--secret")).code).toBe(0);
    expect((await wmill("variable", "add", "second-value", "f/demo/secret", "--secret", "--yes")).code).toBe(0);
    expect((await wmill("variable", "get", "f/demo/secret")).output).toContain("second-value");
    expect((await wmill("variable", "list")).output).not.toContain("value");
  });

  it("archives a script, which is gone then", async () => {
    await engine.deploy("f/demo/old", "export function main() {}");
    expect((await engine.run("f/demo/old")).status).toBe(200);
    expect((await engine.api("/w/{w}/scripts/archive/p/f/demo/old", { method: "POST" })).status).toBe(200);
    expect((await engine.run("f/demo/old")).status).toBe(404);
  });

  it("hears by name what is not served", async () => {
    const { output } = await wmill("app", "list");
    expect(output).toContain("the local engine does not serve GET /api/w/windmill_automations/apps/list");
  });
});

describe("every endpoint", () => {
  it.each(["/users/whoami", "/w/{w}/scripts/list", "/w/{w}/jobs/list", "/w/{w}/variables/list"])(
    "refuses a call without a token: %s",
    async (path) => {
      for (const authorization of ["", "Bearer wrong", "Basic abc"]) {
        const answer = await engine.api(path, { headers: { authorization } });
        expect([answer.status, await answer.text()]).toEqual([401, "Unauthorized"]);
      }
    },
  );

  it("takes the token from the header, a cookie or the query", async () => {
    const call = (init: RequestInit, query = "") => fetch(`${engine.url}/api/users/whoami${query}`, init);
    const answers = [
      await call({ headers: { authorization: `Bearer ${engine.token}` } }),
      await call({ headers: { cookie: `a=b; token=${engine.token}` } }),
      await call({}, `?token=${engine.token}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it("answers errors as plain text, never as HTML", async () => {
    for (const path of ["/nothing", "/w/{w}/nothing", "/w/other/scripts/list", "/w/{w}/scripts/get/p/f/no/such"]) {
      const answer = await engine.api(path);
      expect(answer.ok).toBe(false);
      expect(answer.headers.get("content-type")).toContain("text/plain");
      expect(await answer.text()).toMatch(/^(Not found|Not authorized): /);
    }
  });

  it.each([
    ["", 400, "Failed to parse the request body as JSON"],
    ["{", 400, "Failed to parse the request body as JSON"],
    ["[]", 422, "expected an object"],
    ["null", 422, "expected an object"],
    ["{}", 422, "missing field `path`"],
  ])("refuses the body %j", async (body, status, message) => {
    const answer = await engine.api("/w/{w}/scripts/create", { method: "POST", body });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(message);
  });
});
