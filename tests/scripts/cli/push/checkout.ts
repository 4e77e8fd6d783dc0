import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import type { TestEngine } from "../../../support/engine.ts";
import { run8n } from "../../../support/run8n.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../../..");
const LOCK = '{\n  "dependencies": {}\n}\n//bun.lock\n<empty>';
const FLOW = `summary: Tidy
description: ''
value:
  modules:
    - id: a
      value: { type: script, path: f/infra/postgres/ensure_schema, input_transforms: {} }
schema: {}
`;
const TRIGGER = `script_path: f/api/waitlist/create_signup
is_flow: false
route_path: signups
request_type: sync
authentication_method: none
http_method: post
is_static_website: false
workspaced_route: true
wrap_body: false
raw_string: true
`;
const SCHEDULE = `schedule: 0 0 3 * * *
timezone: Etc/UTC
enabled: true
script_path: f/infra/postgres/ensure_schema
is_flow: false
args: {}
`;

/** A small repository of the same shape as ours, in git, gone after the test. `push` brings it to the engine. */
export function makeCheckout(engine: TestEngine) {
  const dir = mkdtempSync(join(tmpdir(), "run8n-checkout-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  const remove = (path: string) => rmSync(join(dir, path), { recursive: true });
  const script = (path: string, code: string) => {
    write(`${path}.ts`, code);
    const lock = `!inline ${path}.script.lock`;
    write(`${path}.script.yaml`, `summary: ${path}\ndescription: ""\nlock: "${lock}"\nkind: script\nschema: {}\n`);
    write(`${path}.script.lock`, LOCK);
  };
  const commit = () => {
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    for (const args of [
      ["add", "-A"],
      [...who, "commit", "-q", "--allow-empty", "-m", "work"],
    ])
      execFileSync("git", ["-C", dir, ...args]);
  };
  write("wmill.yaml", includesOnly(["f/lib/**", "f/infra/postgres/**", "f/api/waitlist/**"]));
  for (const folder of ["lib", "infra", "api"])
    write(`f/${folder}/folder.meta.yaml`, `summary: null\ndisplay_name: ${folder}\nextra_perms: {}\nowners: []\n`);
  cpSync(join(REPOSITORY, "resources"), join(dir, "resources"), { recursive: true });
  script("f/lib/names", "export const name = 1;\n");
  script("f/infra/postgres/ensure_schema", "export async function main() { return 1; }\n");
  script("f/infra/postgres/old_name", "export async function main() { return 2; }\n");
  script("f/api/waitlist/create_signup", "export async function main() { return 3; }\n");
  write("f/infra/postgres/tidy__flow/flow.yaml", FLOW);
  write("f/api/waitlist/create_signup.http_trigger.yaml", TRIGGER);
  write("f/infra/postgres/nightly.schedule.yaml", SCHEDULE);
  execFileSync("git", ["init", "-q", "-b", "main", dir]);
  commit();
  return {
    dir,
    write,
    script,
    remove,
    removeScript: (path: string) => void ["ts", "script.yaml", "script.lock"].map((end) => remove(`${path}.${end}`)),
    commit,
    push: (...flags: string[]) =>
      run8n(
        ["push", "--json", "--checkout", dir, "--base-url", engine.url, "--workspace", engine.workspace, ...flags],
        { env: { WM_TOKEN: engine.token } },
      ),
  };
}

/** Our own wmill.yaml with other includes. */
export const includesOnly = (includes: string[]): string =>
  readFileSync(join(REPOSITORY, "wmill.yaml"), "utf8").replace(
    /^includes:\n( {2}- .*\n)+/m,
    `includes: ${JSON.stringify(includes)}\n`,
  );
