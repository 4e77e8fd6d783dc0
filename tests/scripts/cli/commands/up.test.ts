import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { browse } from "../../../../scripts/cli/demo/browse.ts";
import { entryOf, SERVERS } from "../../../../scripts/stack/catalogue.ts";
import { type Home, openHome } from "../../../../scripts/stack/home.ts";
import { strays } from "../../../../scripts/stack/ownership.ts";
import { isFree, type Ports } from "../../../../scripts/stack/ports.ts";
import type { Stack } from "../../../../scripts/stack/stack.ts";
import { run8n, startRun8n } from "../../../support/run8n.ts";

let folder: string;
let home: Home;

function make(): void {
  folder = mkdtempSync(join(tmpdir(), "run8n-up-"));
  chmodSync(folder, 0o711);
  home = openHome(join(folder, "state"));
}
async function remove(): Promise<void> {
  await command("down", "--purge");
  rmSync(folder, { recursive: true });
}

const command = (...args: string[]) => run8n([...args, "--state", home.dir]);
const up = (...args: string[]) => startRun8n(["up", "--any-port", ...args, "--state", home.dir]);
const pageOf = async ({ sites }: Stack) =>
  (await browse(`http://welcome.${sites.domain}:${new URL(sites.url).port}/`)).status;
const processes = () => strays(home, new Set());
const openPorts = async () => {
  const ports = Object.values(home.read<Ports>("ports") ?? {});
  const free = await Promise.all(ports.map(isFree));
  return ports.filter((_, index) => !free[index]);
};
const states = async () =>
  Object.fromEntries(
    (await command("status", "--json"))
      .json()
      .servers.map((one: { name: string; state: string }) => [one.name, one.state]),
  );
const ALL = Object.fromEntries(SERVERS.map((name) => [name, "running"]));

describe("run8n up", { timeout: 180_000 }, () => {
  beforeEach(make);
  afterEach(remove);

  it("killed while it pushes, is repaired by two that start at once and become one stack", async () => {
    const killed = up("--detach");
    await vi.waitFor(() => expect(killed.stderr()).toContain("✓ compare "), { timeout: 60_000, interval: 5 });
    killed.crash();
    await killed.ended;
    const both = await Promise.all([up("--detach", "--json").ended, up("--detach", "--json").ended]);
    for (const { code, stderr } of both) expect(code, stderr).toBe(0);
    expect(both[0].json()).toEqual(both[1].json());
    expect(both.some(({ stderr }) => stderr.includes("waiting for `run8n up`"))).toBe(true);
    expect(await pageOf(both[0].json())).toBe(200);
    expect(processes()).toHaveLength(SERVERS.length);
    await command("down");
    expect({ processes: processes(), ports: await openPorts() }).toEqual({ processes: [], ports: [] });
  });

  it("stopped while it starts, leaves nothing behind", async () => {
    const running = up();
    await vi.waitFor(() => expect(running.stderr()).toContain("✓ redis"), { timeout: 60_000, interval: 5 });
    running.child.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect({ code, processes: processes(), ports: await openPorts() }).toEqual({ code: 1, processes: [], ports: [] });
    expect(stderr).toContain("stopped before the stack was up");
    await command("down", "--purge");
    expect([existsSync(home.folder("postgres")), existsSync(home.dir)]).toEqual([false, false]);
  });
});

describe("run8n up, of a stack that has been up", { timeout: 180_000 }, () => {
  let stack: Stack;
  beforeAll(async () => {
    make();
    chmodSync(folder, 0o700); // which Postgres, under its own account, must not enter
    const first = await up("--detach", "--json").ended;
    expect(first.code, first.stderr).toBe(0);
    stack = first.json();
    await command("down");
  }, 180_000);
  afterEach(() => command("down"));
  afterAll(async () => {
    const data = home.folder("postgres"); // elsewhere when its account may not enter our folder
    await remove();
    expect(existsSync(data)).toBe(false);
  });

  it("has it at the same addresses, finds it, repairs it without a record too, and leaves nothing when it stops it", async () => {
    const { code, stderr, json } = await up("--detach", "--json").ended;
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain("push");
    expect(json()).toEqual(stack);
    expect(stack).toEqual({
      windmill: { url: expect.stringMatching(/^http:/), workspace: "windmill_automations", token: expect.any(String) },
      sites: { url: expect.stringMatching(/^http:/), domain: "apps.localhost" },
      services: Object.fromEntries(
        SERVERS.map((name) => [name, { kind: entryOf(name).kind, url: expect.stringMatching(/^[a-z]+:\/\/127/) }]),
      ),
    });
    expect(stack.services).toMatchObject({
      windmill: { kind: "stand-in" },
      postgres: { kind: "real" },
      redis: { kind: "real" },
      caddy: { kind: "real" },
    });
    expect(JSON.parse(readFileSync(join(home.dir, "stack.json"), "utf8"))).toEqual(stack);
    for (const file of ["stack.json", "secrets.json", "redis/users.acl"])
      expect(statSync(join(home.dir, file)).mode & 0o077, file).toBe(0);
    expect(await pageOf(stack)).toBe(200);
    expect(home.folder("postgres").startsWith(process.getuid?.() === 0 ? "/var/lib/run8n-" : home.dir)).toBe(true);

    const again = await up("--detach").ended;
    expect(again.stdout).toContain("Already up");
    expect(again.stdout).toContain(`http://welcome.apps.localhost:${new URL(stack.sites.url).port}`);

    const { pid } = home.read<{ pid: number }>("run/redis") as { pid: number };
    process.kill(pid, "SIGKILL");
    await vi.waitFor(async () => expect(await states()).toEqual({ ...ALL, redis: "stopped" }), { timeout: 20_000 });
    expect((await up("--detach", "--json").ended).json()).toEqual(stack);
    expect(await states()).toEqual(ALL);

    // Only Linux shows what a process is of that nobody has a record of.
    if (process.platform === "linux") {
      rmSync(join(home.dir, "run"), { recursive: true });
      const repaired = await up("--detach", "--json").ended;
      expect(repaired.code, repaired.stderr).toBe(0);
      expect(processes()).toHaveLength(SERVERS.length);
    }

    const stopped = await command("down", "--json");
    expect(stopped.json()).toMatchObject({ stopped: SERVERS, purged: false });
    expect({ processes: processes(), ports: await openPorts() }).toEqual({ processes: [], ports: [] });
  });

  it("ends in the foreground when `run8n down` stops it from elsewhere", async () => {
    const running = up();
    await vi.waitFor(() => expect(running.stdout()).toContain("Landing page"), { timeout: 60_000 });
    await command("down");
    expect(await running.ended).toMatchObject({ code: 0, stderr: expect.stringContaining("stopped by `run8n down`") });
  });

  it("takes another port when its own is taken, and every project along, until Ctrl-C stops all of it", async () => {
    const port = (home.read<Ports>("ports") as Ports).sites;
    const intruder = createServer().listen(port, "127.0.0.1");
    onTestFinished(() => void intruder.close());
    const running = up();
    await vi.waitFor(() => expect(running.stdout()).toContain("Landing page"), { timeout: 60_000 });
    const moved = (home.read<Ports>("ports") as Ports).sites;
    expect(moved).not.toBe(port);
    const welcome = `http://welcome.apps.localhost:${moved}`;
    const signUp = await browse(`${welcome}/api/waitlist/signups`, {
      method: "POST",
      headers: { origin: welcome, "content-type": "application/json" },
      body: '{"email":"ada@example.com"}',
    });
    expect(signUp).toMatchObject({ status: 200 });
    expect(running.child.exitCode).toBeNull();
    running.child.kill("SIGINT");
    expect((await running.ended).code).toBe(0);
    expect({ processes: processes(), ports: await openPorts() }).toEqual({ processes: [], ports: [] });
  });

  it("says which log to read when a server does not start, and leaves nothing half up", async () => {
    const users = join(home.dir, "redis/users.acl");
    const sound = readFileSync(users);
    onTestFinished(() => writeFileSync(users, sound));
    writeFileSync(users, "nonsense\n");
    const { code, stderr } = await up("--detach").ended;
    expect(stderr).toContain("redis did not start: it ended with exit code 1");
    expect(stderr).toContain(`→ Read ${home.dir}/logs/redis.log.`);
    expect({ code, processes: processes(), ports: await openPorts() }).toEqual({ code: 1, processes: [], ports: [] });
  });
});

describe("run8n down and status", () => {
  beforeEach(make);
  afterEach(remove);

  it("have nothing to do where nothing runs, and leave no trace", async () => {
    expect(await command("down")).toMatchObject({ code: 0, stdout: "Nothing was running.\n" });
    const status = await command("status", "--json");
    expect(status.json()).toMatchObject({ running: false });
    expect(existsSync(home.dir)).toBe(false);
  });

  it("never stop a process that only has the number of one of ours", async () => {
    home.write("run/redis", { pid: process.pid, born: "long ago" });
    expect((await command("down", "--json")).json().stopped).toEqual([]);
  });

  it("remove nothing but their own files", async () => {
    home.write("run/redis", { pid: 1, born: "" });
    home.write("diary", "mine");
    await command("down", "--purge");
    expect(home.read("diary")).toBe("mine");
  });
});
