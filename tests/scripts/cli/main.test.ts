import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { run8n } from "../../support/run8n.ts";

const home = mkdtempSync(join(tmpdir(), "run8n-main-"));
const env = { RUN8N_HOME: join(home, "state") };
afterAll(() => rmSync(home, { recursive: true }));

const COMMANDS = [
  ...["up", "down", "status", "new", "plan", "apply", "drift", "deploy", "releases", "rollback", "db", "env", "access"],
  ...["projects", "delete", "restore", "logs", "call", "push", "doctor", "demo", "completion"],
];

describe("run8n", () => {
  it("shows its commands when asked for nothing", async () => {
    for (const args of [[], ["help"], ["--help"]]) {
      const { code, stdout } = await run8n(args);
      expect(code).toBe(0);
      for (const name of COMMANDS) expect(stdout).toContain(`run8n ${name}`);
    }
  });

  it.each(COMMANDS)("explains %s", async (name) => {
    const help = await run8n([name, "--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toContain(`run8n ${name}`);
  });

  it("explains itself to programs: all of it, or one command", async () => {
    const { commands } = (await run8n(["help", "--json"])).json();
    const explained = COMMANDS.map((name) => ({ name, options: { json: {}, yes: {}, help: {} } }));
    expect(commands).toEqual(
      expect.arrayContaining(explained.map((one) => expect.objectContaining({ name: one.name }))),
    );
    for (const one of commands) expect(one).toMatchObject({ options: { json: {}, yes: {}, help: {} } });
    expect((await run8n(["up", "--help", "--json"])).json().commands).toMatchObject([{ name: "up" }]);
  });

  it.each([
    ["an unknown command", ["start"], "no command"],
    ["an unknown flag", ["up", "--port", "80"], "unknown option '--port'"],
    ["a flag that wants a value", ["down", "--state"], "--state"],
    ["a value for a flag that takes none", ["up", "--detach=yes"], "--detach"],
    ["too many arguments", ["down", "now"], "takes no arguments"],
    ["a missing argument", ["new"], "needs <name>"],
    ["a bad project name", ["new", "Über Shop"], "Project name must be"],
    ["an unknown template", ["new", "shop", "--template", "rails"], "no template"],
    ["a folder that is no project", ["deploy", "/"], "no run8n.json"],
    ["a short path", ["call", "health"], "at least three parts"],
    ["an argument without a name", ["call", "f/a/b", "=x"], "name=text"],
    ["an argument given twice", ["call", "f/a/b", "x=1", "x=2"], "given twice"],
    ["broken JSON", ["call", "f/a/b", "x:={"], "not JSON"],
    ["a base URL without a scheme", ["call", "f/a/b", "--base-url", "windmill"], "http://"],
    ["an unknown environment", ["push", "--environment", "../etc"], "no environment"],
  ])("answers %s with exit code 2, what is wrong and what to do", async (_, args, said) => {
    const remote = { BASE_URL: "http://127.0.0.1:1", WM_TOKEN: "t", WM_WORKSPACE: "w" };
    const { code, stdout, stderr } = await run8n(args, { env: { ...env, ...remote } });
    expect(stderr).toContain(said);
    expect(stderr).toContain("→");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it.each([
    ["an unknown command", ["start"], "no command"],
    ["an unknown flag", ["up", "--port", "80"], "unknown option '--port'"],
    ["a bad project name", ["new", "Über Shop"], "Project name must be"],
  ])("answers %s in one document when asked for JSON", async (_, args, said) => {
    const { code, json } = await run8n([...args, "--json"], { env });
    expect(code).toBe(2);
    expect(json().error).toEqual({ message: expect.stringContaining(said), hint: expect.any(String) });
  });

  it.each([
    ["nothing is connected", ["call", "f/a/b"], {}, "no Windmill to talk to"],
    ["there is no token", ["call", "f/a/b", "--base-url", "http://127.0.0.1:1"], {}, "no token"],
    [
      "there is no workspace",
      ["call", "f/a/b", "--base-url", "http://127.0.0.1:1", "--token", "t"],
      {},
      "no workspace",
    ],
    [
      "nobody answers",
      ["call", "f/a/b"],
      { BASE_URL: "http://127.0.0.1:1", WM_TOKEN: "t", WM_WORKSPACE: "w" },
      "does not answer",
    ],
  ])("says so when %s", async (_, args, extra, said) => {
    const { code, stderr } = await run8n(args, { env: { ...env, ...extra } });
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain("    at ");
  });

  it("writes no colours into a file, none with NO_COLOR, and some when forced", async () => {
    expect((await run8n(["--help"])).stdout).not.toContain("\x1b[");
    expect((await run8n(["--help"], { env: { FORCE_COLOR: "1" } })).stdout).toContain("\x1b[");
    expect((await run8n(["--help"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).stdout).not.toContain("\x1b[");
  });

  it("answers in JSON when npm has kept the flag for itself", async () => {
    const { json } = await run8n(["status"], { env: { ...env, npm_config_json: "true", npm_lifecycle_event: "demo" } });
    expect(json()).toMatchObject({ running: false });
  });
});
