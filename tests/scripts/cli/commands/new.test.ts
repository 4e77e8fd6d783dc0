import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browse } from "../../../../scripts/cli/demo/browse.ts";
import { run8n } from "../../../support/run8n.ts";

const folder = mkdtempSync(join(tmpdir(), "run8n-new-"));
const env = { RUN8N_HOME: join(folder, "state") };
const command = (...args: string[]) => run8n(args, { cwd: folder, env });

beforeAll(async () => {
  chmodSync(folder, 0o711);
  const { code, stderr } = await command("up", "--detach", "--any-port");
  expect(code, stderr).toBe(0);
}, 120_000);
afterAll(async () => {
  await command("down", "--purge");
  rmSync(folder, { recursive: true });
}, 60_000);

describe("an app's life on the command line", { timeout: 120_000 }, () => {
  const page = join(folder, "my-app/site/index.html");
  let url = "";
  const title = async () => /<title>([^<]*)/.exec((await browse(url)).body)?.[1];

  it("begins with `new`, which copies a template and puts it online", async () => {
    const made = await command("new", "my-app", "--json");
    expect(made.code, made.stderr).toBe(0);
    expect(made.json()).toMatchObject({
      name: "my-app",
      template: "static",
      dir: join(folder, "my-app"),
      status: "created",
    });
    url = made.json().url;
    expect(url).toContain("my-app.apps.localhost");
    expect(JSON.parse(readFileSync(join(folder, "my-app/run8n.json"), "utf8"))).toMatchObject({ name: "my-app" });
    expect(await title()).toBe(/<title>([^<]*)/.exec(readFileSync(page, "utf8"))?.[1]);
  });

  it("has accounts when its template says so, signed in to on its own address", async () => {
    const made = await command("new", "my-saas", "--template", "saas", "--json");
    expect(made.code, made.stderr).toBe(0);
    const at = async (path: string) => browse(`${made.json().url}${path}`);
    expect(await at("/signup.html")).toMatchObject({ status: 200, body: expect.stringContaining("Create an account") });
    expect(JSON.parse((await at("/auth/v1/settings")).body)).toMatchObject({ mailer_autoconfirm: false });
    expect(await at("/api/auth/session")).toMatchObject({ status: 401, body: expect.stringContaining("unauthorized") });
  });

  it("is published again with `deploy`, from inside its folder or from outside", async () => {
    writeFileSync(page, readFileSync(page, "utf8").replace(/<title>[^<]*/, "<title>Second"));
    const deployed = await command("deploy", "my-app", "--json");
    expect(deployed.json()).toMatchObject({ project: "my-app", status: "updated", url });
    expect(await title()).toBe("Second");
    const again = await run8n(["deploy"], { cwd: join(folder, "my-app"), env });
    expect(again.stdout).toContain(`Release ${deployed.json().release} is live already`);
  });

  it("returns to the release before with `rollback`, and forward by name", async () => {
    const { release } = (await command("deploy", "my-app", "--json")).json();
    expect((await command("rollback", "my-app")).stdout).toMatch(/^my-app is back at release [0-9a-f]{16}\.$/m);
    expect(await title()).not.toBe("Second");
    expect((await command("rollback", "my-app", "--to", release)).code).toBe(0);
    expect(await title()).toBe("Second");
    const unknown = await command("rollback", "my-app", "--to", "0123456789abcdef", "--json");
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.json().error).toMatchObject({ code: "not_found", hint: expect.any(String) });
  });

  it("sends only what is new, and says beforehand what that is", async () => {
    const before = (await command("releases", "my-app", "--json")).json().items;
    writeFileSync(join(folder, "my-app/site/news.txt"), "news");
    const rehearsal = await command("deploy", "my-app", "--dry-run");
    expect(rehearsal.stdout).toMatch(/of which 1 would be sent, 4 bytes:\n +4 bytes {2}news\.txt\n$/);
    expect((await command("releases", "my-app", "--json")).json().items).toEqual(before);
    const deployed = (await command("deploy", "my-app", "--json")).json();
    expect(deployed).toMatchObject({ status: "updated", sent: { files: 1, bytes: expect.any(Number) } });
    expect((await browse(new URL("/news.txt", deployed.previewUrl).href)).body).toBe("news");
    expect((await command("releases", "my-app", "--diff")).stdout).toContain("+   4 bytes  news.txt");
    expect((await command("rollback", "my-app", "--dry-run")).stdout).toContain("-   4 bytes  news.txt");
    expect((await command("deploy", "my-app", "--dry-run")).stdout).toContain("would change nothing");
    expect((await command("deploy", "my-app", "--full", "--json")).json()).toMatchObject({ status: "unchanged" });
    await command("rollback", "my-app");
    rmSync(join(folder, "my-app/site/news.txt"));
  });

  it("serves a site as run8n.json says", async () => {
    const file = join(folder, "my-app/run8n.json");
    const manifest = readFileSync(file, "utf8");
    const site = { folder: "site", redirects: [{ from: "/old", to: "/" }] };
    writeFileSync(file, JSON.stringify({ ...JSON.parse(manifest), site }));
    expect((await command("deploy", "my-app", "--json")).json()).toMatchObject({
      status: "updated",
      sent: { files: 0 },
    });
    expect(await browse(new URL("/old", url).href)).toMatchObject({ status: 308, headers: { location: "/" } });
    writeFileSync(file, manifest);
    await command("deploy", "my-app");
    expect((await browse(new URL("/old", url).href)).status).toBe(404);
  });

  it("is not begun twice in one folder, nor left half-made on the laptop when the server refuses", async () => {
    expect((await command("new", "my-app")).stderr).toContain("is a project already");
    const refused = await command(
      "new",
      "other",
      "--base-url",
      "http://127.0.0.1:1",
      "--token",
      "t",
      "--workspace",
      "w",
    );
    expect(refused.code).toBe(1);
    expect(existsSync(join(folder, "other"))).toBe(false);
  });

  it("is watched by `doctor`, which says what is broken and how to mend it", async () => {
    const well = await command("doctor", "--json");
    expect(well.json(), well.stdout).toMatchObject({ ok: true });
    expect(well.json().findings.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["node", "caddy", "f/infra/postgres", "scripts and flows", "redis"]),
    );
    const { pid } = JSON.parse(readFileSync(join(env.RUN8N_HOME, "run/redis.json"), "utf8"));
    process.kill(pid, "SIGKILL");
    const ill = await command("doctor", "--json");
    expect(ill.code).toBe(1);
    const broken = ill.json().findings.filter(({ state }: { state: string }) => state === "broken");
    expect(broken).toEqual([expect.objectContaining({ area: "services", name: "redis", hint: expect.any(String) })]);
  });

  it("is unknown to `doctor` where there is no stack", async () => {
    renameSync(join(env.RUN8N_HOME, "stack.json"), join(env.RUN8N_HOME, "stack.aside"));
    const lost = await command("doctor", "--json");
    renameSync(join(env.RUN8N_HOME, "stack.aside"), join(env.RUN8N_HOME, "stack.json"));
    expect(lost.code).toBe(1);
    expect(lost.json().findings).toContainEqual(
      expect.objectContaining({ area: "connection", state: "broken", hint: expect.stringContaining("run8n up") }),
    );
  });
});
