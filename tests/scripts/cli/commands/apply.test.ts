import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import { projectFlows } from "../../../support/project_flows.ts";
import { type Run, run8n } from "../../../support/run8n.ts";

const db = testDatabase();
const flows = projectFlows(db);
const { caddy } = inject("services");
const name = uniqueProject("shop");
const dir = mkdtempSync(join(tmpdir(), "run8n-cli-"));
mkdirSync(join(dir, "site"));
writeFileSync(join(dir, "site/index.html"), "<h1>Shop</h1>");
afterAll(() => rmSync(dir, { recursive: true }));

const write = (manifest: object) =>
  writeFileSync(join(dir, "run8n.json"), JSON.stringify({ name, template: "static", ...manifest }));
const command = (...args: string[]): Promise<Run> => {
  const { url, token, workspace } = flows.engine();
  const env = { BASE_URL: url, WM_TOKEN: token, WM_WORKSPACE: workspace, RUN8N_HOME: join(dir, "state") };
  return run8n(args, { cwd: dir, env });
};
const status = async (host: string) => (await visit(caddy, `${host}.${caddy.domain}`)).status;

describe("a project on the command line", { timeout: 180_000 }, () => {
  it("is planned before it is made, and made as planned", async () => {
    write({});
    const plan = await command("plan");
    expect(plan.code, plan.stderr).toBe(0);
    expect(plan.stdout).toMatch(new RegExp(`^  \\+ Postgres schema ${name} .*it does not exist$`, "m"));
    expect(plan.stdout).toMatch(/6 to create\. Plan [0-9a-f]{32}\n\nDo it with: run8n apply\n$/);
    const rehearsal = await command("apply", "--dry-run", "--json");
    expect(rehearsal.json()).toMatchObject({ dryRun: true, status: "changes", project: name });

    const applied = await command("apply");
    expect(applied.code, applied.stderr).toBe(0);
    expect(applied.stderr).toContain(`+ Site of ${name}`);
    expect(applied.stdout).toMatch(new RegExp(`^${name} is as run8n.json says: http://${name}\\.`));
    expect(await status(name)).toBe(200);
    expect((await command("apply")).stdout).toBe(`✓ ${name} is as run8n.json says.\n`);
  });

  it("is refused a plan that is not the one any more", async () => {
    write({ domains: [`${name}.example`] });
    const stale = await command("apply", "--plan", "0".repeat(32), "--json");
    expect(stale.code).toBe(1);
    expect(stale.json().error).toMatchObject({ code: "precondition_failed", hint: expect.stringContaining("--plan") });
    const { hash } = (await command("plan", "--json")).json();
    expect((await command("apply", "--plan", hash, "--json")).json()).toMatchObject({ status: "updated", hash });
  });

  it("has its drift found, and is led back", async () => {
    expect((await command("drift", name)).code).toBe(0);
    await flows.engine().run("f/infra/caddy/delete_route", { project: name });
    const found = await command("drift", name);
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/≠ .* drifted\n {4}routes +Route .* there is no record of it/);
    expect(await command("drift", name, "--repair", "--dry-run")).toMatchObject({ code: 1 });
    const repaired = await command("drift", name, "--repair", "--json");
    expect(repaired.json()).toMatchObject({ ok: true, items: [{ status: "matches" }] });
    expect(await status(name)).toBe(200);
  });

  it("gives its environment to the one who runs it, and to nobody else", async () => {
    writeFileSync(join(dir, ".env"), "MINE=1\n");
    const names = (await command("env", "pull", "--dry-run")).stdout;
    expect(names).toContain("DATABASE_URL");
    expect(readFileSync(join(dir, ".env"), "utf8")).toBe("MINE=1\n");
    const pulled = await command("env", "pull");
    expect(pulled.stdout + pulled.stderr).not.toMatch(/postgresql:/);
    const text = readFileSync(join(dir, ".env"), "utf8");
    expect(text).toMatch(new RegExp(`^MINE=1\\n[\\s\\S]*DATABASE_URL=postgresql://${name}_app:`));
    expect(statSync(join(dir, ".env")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dir, ".gitignore"), "utf8")).toBe(".env\n");
    expect((await command("env", "rotate", "--grace", "60", "--json")).json()).toMatchObject({ status: "updated" });
    await command("env", "pull");
    expect(readFileSync(join(dir, ".env"), "utf8")).not.toBe(text);
    expect(readFileSync(join(dir, ".gitignore"), "utf8")).toBe(".env\n");
  });

  it("shows a branch at an address of its own, with its own database, until it is deleted", async () => {
    const branch = ["--preview", "feature/ABC"];
    expect((await command("plan", ...branch)).stdout).toMatch(
      /it begins as a copy of [\s\S]*Do it with: run8n apply --preview 'feature\/ABC'\n$/,
    );
    const early = await command("env", "pull", ...branch, "--json");
    expect(early.json().error).toMatchObject({ code: "not_found", hint: expect.stringContaining("run8n apply --env") });
    const deployed = await command("deploy", ...branch, "--days", "3");
    expect(deployed.code, deployed.stderr).toBe(0);
    const [, preview = ""] = /http:\/\/(shop\w+-feature-abc-[0-9a-f]{6})\./.exec(deployed.stdout) ?? [];
    expect((await visit(caddy, `${preview}.${caddy.domain}`)).body).toBe("<h1>Shop</h1>");
    expect((await command("projects")).stdout).toMatch(new RegExp(`● ${preview} .*preview of ${name}, until `));
    await command("env", "pull", "--env", "preview", "--branch", "feature/ABC", "--file", ".env.preview");
    expect(readFileSync(join(dir, ".env.preview"), "utf8")).toContain(`RUN8N_PROJECT=${preview}\n`);
    rmSync(join(dir, ".gitignore"));
    const gone = await command("delete", ...branch);
    expect(gone.stdout).toBe(`${preview} is gone; a dump of its schema is kept for 7 days.\n`);
    // What Caddy answers for a host that it does not know.
    expect((await visit(caddy, `${preview}.${caddy.domain}`)).body).toBe("");
    expect(await status(name)).toBe(200);
  });

  it("lets a holder of a key in until it is taken back", async () => {
    const made = (await command("access", "add", "claude", "--verbs", "get_project", "--json")).json();
    const call = async () => {
      const headers = { authorization: `Bearer ${made.key}`, "content-type": "application/json" };
      return (await fetch(made.url, { method: "POST", headers, body: "{}" })).status;
    };
    expect(await call()).toBe(200);
    expect((await command("access", "add", "claude", "--verbs", "get_project")).stdout).toContain(
      "has the key already",
    );
    expect((await command("access", "list")).stdout).toMatch(/● claude .*last used .*get_project\n$/);
    expect((await command("access", "remove", "claude")).stdout).toContain("works no longer");
    expect(await call()).toBe(401);
    const unknown = await command("access", "add", "claude", "--verbs", "rule_the_world", "--json");
    expect(unknown.json().error).toMatchObject({ code: "invalid_input", hint: expect.stringContaining("deploy_site") });
  });

  it("is listed, and what was done to it is told", async () => {
    expect((await command("projects")).stdout).toMatch(new RegExp(`● ${name} .*live in \\d+\\.\\d s`));
    const shown = (await command("projects", name)).stdout;
    for (const phase of ["plan", "schema", "site", "publish"])
      expect(shown).toMatch(new RegExp(`\\n +${phase} +\\d+\\.\\d\\d s`));
    const logs = await command("logs", name);
    expect(logs.stdout).toContain("projects/apply_project");
    expect(logs.stdout.trimEnd().split("\n").at(-1)).toContain("projects/delete_access");
    const { items } = (await command("logs", name, "--failed", "--json")).json();
    expect(items.every((item: { status: string }) => item.status === "failed")).toBe(true);
  });

  it("is taken out of use, brought back, and dropped for good", async () => {
    expect((await command("delete", name, "--dry-run")).stdout).toContain(`schema ${name}`);
    expect((await command("delete", name)).stdout).toContain(`run8n restore ${name}`);
    expect(await status(name)).toBe(410);
    expect((await command("projects")).stdout).toMatch(new RegExp(`○ ${name} .*deleted .*dropped for good on `));
    expect((await command("restore", name)).stdout).toContain("is back");
    expect(await status(name)).toBe(200);
    const wrong = await command("delete", name, "--drop-now", "other", "--json");
    expect(wrong.json().error).toMatchObject({ code: "precondition_failed" });
    expect((await command("delete", name, "--drop-now", name, "--json")).json()).toMatchObject({ status: "absent" });
    expect((await command("delete", name)).stdout).toBe(`There is nothing of ${name} on the server.\n`);
    expect(existsSync(join(dir, "run8n.json"))).toBe(true);
  });

  it.each([
    ["a name that is none", ["delete", "Über Shop"]],
    ["an action that there is not", ["env", "push"]],
    ["an option of another action", ["access", "list", "--verbs", "x"]],
    ["a key without verbs", ["access", "add", "claude"]],
    ["half a job's id", ["logs", "--job", "12"]],
    ["a shell that there is not", ["completion", "cmd"]],
    ["a grace that is none", ["env", "rotate", "--grace", "soon"]],
    ["a preview of no branch", ["plan", "--env", "preview"]],
    ["nothing to delete", ["delete"]],
  ])("is used wrongly with %s", async (_what, args) => {
    const run = await command(...args, "--json");
    expect(run.code).toBe(2);
    expect(run.json().error).toMatchObject({ message: expect.any(String), hint: expect.any(String) });
  });
});
