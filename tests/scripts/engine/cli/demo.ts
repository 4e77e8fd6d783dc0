import { afterAll, beforeAll, expect } from "vitest";
import { checkout, folderFiles, removeCheckouts, scriptFiles } from "../../../support/checkout.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

/** A small workspace, in the form in which the CLI itself writes files. */
export const FILES: Record<string, string> = {
  ...folderFiles("demo"),
  ...scriptFiles(
    "f/demo/hello",
    `import { greet } from "./greet.ts";
export async function main(name: string) { console.log("greeting", name); return { text: greet(name) }; }
`,
  ),
  ...scriptFiles("f/demo/greet", "export const greet = (name: string) => 'Hello ' + name;\n"),
  ...scriptFiles("f/demo/fails", "export function main() { throw new Error('on purpose'); }\n"),
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
  $schema: https://json-schema.org/draft/2020-12/schema
  type: object
  properties: {}
  required: []
`,
  "f/demo/steps__flow/a.ts": "export function main() { console.log('in step a'); return 'flow'; }\n",
  "f/demo/setting.variable.yaml": "description: A setting\nvalue: visible\nis_secret: false\n",
  "c_thing.resource-type.yaml":
    "description: A thing\nschema:\n  type: object\n  properties:\n    host:\n      type: string\n",
  "f/demo/thing.resource.yaml": "description: ''\nvalue:\n  host: h\nresource_type: c_thing\n",
  "f/demo/nightly.schedule.yaml":
    "args:\n  name: Night\nenabled: false\nis_flow: false\nschedule: 0 0 3 * * *\nscript_path: f/demo/hello\ntimezone: UTC\n",
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
};

export type Demo = {
  engine: TestEngine;
  dir: string;
  write(files: Record<string, string>): void;
  /** A command line of the real CLI, in the checkout: its exit code, and all it printed. */
  wmill(...args: string[]): Promise<{ code: number; output: string }>;
  /** The same, split at blanks; fails the test unless it exits with 0. */
  run(command: string): Promise<string>;
};

/** An engine of this test file, to which the real CLI has pushed `FILES`; given once it runs. */
export function demoWorkspace(): Demo {
  const demo = {} as Demo;
  beforeAll(async () => {
    demo.engine = await startEngine();
    const { dir, write } = checkout(FILES);
    Object.assign(demo, { dir, write });
    demo.wmill = async (...args) => {
      const { code, stdout, stderr } = await demo.engine.wmill(args, { cwd: dir });
      return { code, output: stdout + stderr };
    };
    demo.run = async (command) => {
      const { code, output } = await demo.wmill(...command.split(" "));
      expect(code, output).toBe(0);
      return output;
    };
    await demo.run("sync push --yes");
  });
  afterAll(async () => {
    removeCheckouts();
    await demo.engine?.stop();
  });
  return demo;
}
