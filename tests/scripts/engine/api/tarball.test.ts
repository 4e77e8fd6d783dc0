import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, folderFiles, removeCheckouts, scriptFiles } from "../../../support/checkout.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

/** Longer than the hundred bytes that a plain tar header holds, with its extension. */
const LONG = `f/demo/${"long_".repeat(16)}name`;
/** In the form that the CLI itself writes: keys of triggers and schedules sorted, no quotes without need. */
const FILES = {
  ...folderFiles("demo"),
  ...scriptFiles(
    "f/demo/hello",
    'import { greet } from "./greet.ts";\nexport const main = 1;\n',
    "tag: special\ntimeout: 30\n",
  ),
  ...scriptFiles("f/demo/greet", "export const greet = (name: string) => 'Hellö ' + name;\n"),
  [`${LONG}.resource.yaml`]: "description: ''\nvalue: 1\nresource_type: any\n",
  "c_thing.resource-type.yaml":
    "description: A thing\nschema:\n  type: object\n  properties:\n    host:\n      type: string\n",
  "f/demo/thing.resource.yaml":
    "description: ''\nvalue:\n  host: h\n  password: $var:f/demo/pw\nresource_type: c_thing\n",
  "f/demo/pw.variable.yaml": "description: ''\nvalue: plain\nis_secret: false\n",
  "f/demo/nightly.schedule.yaml":
    "args:\n  n: 1\nenabled: false\nis_flow: false\nschedule: 0 0 3 * * *\nscript_path: f/demo/hello\ntimezone: UTC\n",
  "f/demo/hook.http_trigger.yaml": `authentication_method: none
http_method: post
is_flow: false
is_static_website: false
raw_string: false
request_type: sync
route_path: demo/hook
script_path: f/demo/hello
workspaced_route: true
wrap_body: false
`,
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
        input_transforms: {}
        path: f/demo/hello
schema:
  $schema: https://json-schema.org/draft/2020-12/schema
  type: object
  properties: {}
  required: []
`,
  "f/demo/steps__flow/a.ts": "export function main() { return 1; }\n",
};

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => {
  removeCheckouts();
  await engine.stop();
});

async function push(dir: string, ...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await engine.wmill(["sync", "push", "--yes", ...flags], { cwd: dir });
  expect(code, stdout + stderr).toBe(0);
  return stdout;
}

async function pull(): Promise<Record<string, string>> {
  const { dir, read } = checkout();
  const { code, stdout, stderr } = await engine.wmill(["sync", "pull", "--yes"], { cwd: dir });
  expect(code, stdout + stderr).toBe(0);
  return read();
}

describe("wmill sync", () => {
  it("pushes everything once, and pulls it back byte for byte", async () => {
    const { dir, write, remove, read } = checkout(FILES);
    expect(await push(dir)).toContain("changes pushed");
    expect(await push(dir)).toContain("0 changes to apply");
    expect(await pull()).toEqual(read());

    write({
      "f/demo/greet.ts": "export const greet = () => 2;\n",
      "f/demo/pw.variable.yaml": "description: new\nvalue: other\nis_secret: false\n",
    });
    write(scriptFiles("f/demo/added", "export function main() {}\n"));
    remove("f/demo/hook.http_trigger.yaml", "f/demo/nightly.schedule.yaml", "f/demo/steps__flow");
    remove(`${LONG}.resource.yaml`);
    write(scriptFiles("f/demo/moved", "export function main() {}\n"));
    expect(await push(dir)).toContain("changes pushed");
    expect(await push(dir)).toContain("0 changes to apply");
    expect(await pull()).toEqual(read());
  });

  it("only says what it would do in a dry run", async () => {
    const { dir } = checkout({ ...(await pull()), ...scriptFiles("f/demo/dry", "export function main() {}\n") });
    const output = await push(dir, "--dry-run");
    expect(output).toContain("f/demo/dry");
    expect(await (await engine.api("/w/{w}/scripts/exists/p/f/demo/dry")).json()).toBe(false);
  });

  it("keeps what the checkout lacks when told to", async () => {
    await engine.deploy("f/demo/foreign", "export function main() {}");
    await push(checkout(folderFiles("demo")).dir, "--keep-deleted");
    expect(await (await engine.api("/w/{w}/scripts/exists/p/f/demo/foreign")).json()).toBe(true);
  });
});

describe("a secret", () => {
  const secret = { path: "f/demo/secret", value: "s3cret", is_secret: true, description: "" };
  const settings = 'defaultTs: bun\nincludes: ["f/**"]\nskipSecrets: false\nnonDottedPaths: true\n';

  it("leaves and enters the workspace encrypted, and keeps its value", async () => {
    await engine.create("variables", secret);
    const { dir, read } = checkout({}, settings);
    await engine.wmill(["sync", "pull", "--yes"], { cwd: dir });
    expect(read()["f/demo/secret.variable.yaml"]).toContain("is_secret: true");
    expect(JSON.stringify(read())).not.toContain("s3cret");
    expect(await push(dir)).toContain("0 changes to apply");
    await engine.api("/w/{w}/variables/delete/f/demo/secret", { method: "DELETE" });
    await push(dir);
    expect(await (await engine.api("/w/{w}/variables/get_value/f/demo/secret")).json()).toBe("s3cret");
  });

  it("that another Windmill has encrypted is what was pushed, which only that Windmill can read", async () => {
    const create = "/w/{w}/variables/create?already_encrypted=true";
    const body = JSON.stringify({ ...secret, path: "f/demo/foreign", value: "Zm9yZWlnbg==" });
    expect((await engine.api(create, { method: "POST", body })).status).toBe(201);
    expect(await (await engine.api("/w/{w}/variables/get_value/f/demo/foreign")).json()).toBe("Zm9yZWlnbg==");
  });
});
