import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Home, openHome } from "../../../scripts/stack/home.ts";
import { withLock } from "../../../scripts/stack/lock.ts";
import { owned } from "../../../scripts/stack/ownership.ts";

let home: Home;
beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), "run8n-lock-")));
});
afterEach(() => rmSync(home.dir, { recursive: true }));
const lock = () => join(home.dir, "lock");
const quiet = () => {};

describe("withLock", () => {
  it("lets one in at a time and leaves nothing behind", async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all(Array.from({ length: 5 }, () => withLock(home, "up", quiet, work)));
    expect(most).toBe(1);
    expect(existsSync(lock())).toBe(false);
  });

  it("is given back when the work fails", async () => {
    await expect(withLock(home, "up", quiet, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withLock(home, "up", quiet, async () => "in")).toBe("in");
  });

  it("is taken over from a process that died, also by several at once", async () => {
    const dead = spawnSync("true").pid;
    writeFileSync(lock(), JSON.stringify({ pid: dead, born: "1", what: "up" }));
    let inside = 0;
    const work = async () => {
      expect(++inside).toBe(1);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all(Array.from({ length: 4 }, () => withLock(home, "up", quiet, work)));
  });

  it("is taken over from a process whose number somebody else has now", async () => {
    writeFileSync(lock(), JSON.stringify({ pid: process.pid, born: "another time", what: "up" }));
    expect(await withLock(home, "up", quiet, async () => "in")).toBe("in");
  });

  it("waits for a living holder, says once who it is, and gives up when told to", async () => {
    const other = spawn("sleep", ["60"]);
    writeFileSync(lock(), JSON.stringify({ ...owned(other.pid as number), what: "down" }));
    const heard: string[] = [];
    const stop = new AbortController();
    const waiting = withLock(
      home,
      "up",
      ({ what }) => heard.push(what),
      async () => "in",
      stop.signal,
    );
    const given = setTimeout(() => stop.abort(), 350);
    await expect(waiting).rejects.toThrow("abort");
    clearTimeout(given);
    expect(heard).toEqual(["down"]);
    expect(JSON.parse(readFileSync(lock(), "utf8")).pid).toBe(other.pid);
    const next = withLock(home, "up", quiet, async () => "in");
    other.kill();
    expect(await next).toBe("in");
  });
});
