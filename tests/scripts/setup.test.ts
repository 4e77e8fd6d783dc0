import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

const SETUP = resolve(import.meta.dirname, "../../scripts/setup.mjs");
const boxes: string[] = [];

/** A machine in a folder: nothing on its PATH but what is put there, and no servers. */
function machine(commands: Record<string, string> = {}) {
  const box = mkdtempSync(join(tmpdir(), "run8n-setup-"));
  boxes.push(box);
  const bin = join(box, "bin");
  const programs = join(box, "programs");
  for (const folder of [bin, programs]) mkdirSync(folder);
  for (const tool of ["sh", "chmod", "rm"]) symlinkSync(join("/bin", tool), join(bin, tool));
  const log = join(box, "log");
  const command = (name: string, body: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> ${log}\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  for (const [name, body] of Object.entries(commands)) command(name, body.replaceAll("PROGRAMS", programs));
  return {
    install: (...names: string[]) => names.forEach((name) => void writeFileSync(join(programs, name), "")),
    log: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
    policy: join(box, "policy-rc.d"),
    setup: (...args: string[]) =>
      spawnSync(process.execPath, [SETUP, ...args], {
        encoding: "utf8",
        env: { PATH: bin, RUN8N_PROGRAM_FOLDERS: programs, RUN8N_POLICY_FILE: join(box, "policy-rc.d"), NO_COLOR: "1" },
      }),
  };
}

afterEach(() => {
  for (const box of boxes.splice(0)) rmSync(box, { recursive: true });
});

const SUDO = 'shift; [ "$1" = true ] && exit 0; exec "$@"';
const APT = `
case "$*" in
*postgresql*) for name in postgres redis-server caddy; do : > PROGRAMS/$name; done ;;
*chromium*) exit 100 ;;
esac
[ -e "\${RUN8N_POLICY_FILE}" ] && echo "services may not start" >> "\${RUN8N_POLICY_FILE%/*}/log"
exit 0`;

describe("setup", () => {
  it("does nothing on a machine that has everything, and hands over to the command line", () => {
    const box = machine({ "apt-get": "exit 1", sudo: "exit 1" });
    box.install("postgres", "redis-server", "caddy");
    const run = box.setup("run8n", "--help");
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(run.stdout).toContain("run8n up");
    expect(box.log()).toEqual([]);
  });

  it("installs what is missing on Debian without a question, a started service or a trace of how", () => {
    const box = machine({ "apt-get": APT, sudo: SUDO });
    box.install("caddy");
    const run = box.setup("run8n", "--help");
    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr).toMatch(/installing postgresql redis-server with apt-get[\s\S]*done in \d+\.\d s/);
    expect(box.log().filter((line) => line.startsWith("apt-get"))).toEqual([
      expect.stringMatching(/^apt-get install -y --no-install-recommends .*postgresql redis-server$/),
    ]);
    expect(box.log()).toContain("services may not start");
    expect(existsSync(box.policy)).toBe(false);
  });

  it("leaves a policy alone that was there before", () => {
    const box = machine({ "apt-get": APT, sudo: SUDO });
    writeFileSync(box.policy, "mine");
    expect(box.setup("run8n", "--help").status).toBe(0);
    expect(readFileSync(box.policy, "utf8")).toBe("mine");
  });

  it("fetches the package lists only when apt cannot install without", () => {
    const box = machine({
      "apt-get": `case $1 in update) : > PROGRAMS/updated ;; esac; [ -e PROGRAMS/updated ] || exit 100\n${APT}`,
      sudo: SUDO,
    });
    expect(box.setup("run8n", "--help").status).toBe(0);
    const verbs = box.log().flatMap((line) => (line.startsWith("apt-get") ? [line.split(" ")[1]] : []));
    expect(verbs).toEqual(["install", "update", "install"]);
  });

  it("says what apt said when it cannot install, and what to type", () => {
    const box = machine({ "apt-get": "echo 'E: no space left'; exit 100", sudo: SUDO });
    const run = box.setup("run8n", "--help");
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("E: no space left");
    expect(run.stderr).toContain("sudo apt-get install -y --no-install-recommends postgresql redis-server caddy");
  });

  it.each([
    ["a Mac", "brew", "brew install postgresql@16 redis caddy"],
    ["Fedora", "dnf", "dnf install -y postgresql-server redis caddy"],
    ["Arch", "pacman", "pacman -S --needed postgresql redis caddy"],
    ["Alpine", "apk", "apk add postgresql redis caddy"],
    ["an unknown system", "guix", "Install PostgreSQL, Redis and Caddy"],
  ])("installs nothing on %s and says the command", (_, manager, command) => {
    const box = machine({ [manager]: "" });
    const run = box.setup("run8n", "up");
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain(command);
    expect(box.log()).toEqual([]);
  });

  it("asks for a browser only before tests, and does without where there is none", () => {
    const box = machine({ "apt-get": APT, sudo: SUDO });
    box.install("sshd");
    box.install("curl");
    const run = box.setup("test", "--help");
    expect(run.stderr).toContain("no chromium on this machine");
    expect(run.status).toBe(0);
    expect(box.log().some((line) => line.endsWith("chromium"))).toBe(true);
  });
});
