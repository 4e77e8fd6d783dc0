import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, expect, it } from "vitest";
import { openSocketFolder } from "../../../scripts/engine/socket_folder.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");
const parent = mkdtempSync(join(tmpdir(), "run8n-sockets-"));
afterEach(() => {
  for (const name of readdirSync(parent)) rmSync(join(parent, name), { recursive: true });
});

/** The folder of an engine as it was an hour ago. */
function old(name: string): string {
  const folder = join(parent, `run8n-engine-socket-${name}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}
const age = (folder: string) => utimesSync(folder, new Date(0), new Date(0));

/** What a process leaves that is killed while it listens. */
function listenAndDie(file: string): void {
  const code = `require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", code, file]);
  expect(existsSync(file)).toBe(true);
}

it("of an engine that was killed goes away with the next one", async () => {
  const [killed, empty] = [old("killed"), old("empty")];
  listenAndDie(join(killed, "http"));
  for (const folder of [killed, empty]) age(folder);
  const { file, remove } = await openSocketFolder(parent);
  expect(readdirSync(parent)).toEqual([dirname(file).split("/").at(-1)]);
  remove();
  expect(readdirSync(parent)).toEqual([]);
});

it("of an engine that runs or starts stays, and so does what is somebody else's", async () => {
  const running = old("running");
  const server = createServer((socket) => socket.resume());
  await new Promise<void>((ready) => server.listen(join(running, "http"), ready));
  age(running);
  const starting = old("starting");
  const other = join(parent, "other");
  mkdirSync(other);
  age(other);
  await openSocketFolder(parent);
  expect([running, starting, other].map((folder) => existsSync(folder))).toEqual([true, true, true]);
  await new Promise((closed) => server.close(closed));
});

it("is swept by the bun that runs the engine, too", () => {
  const killed = old("killed");
  listenAndDie(join(killed, "http"));
  age(killed);
  const module = join(REPOSITORY, "scripts/engine/socket_folder.ts");
  const code = `const { openSocketFolder } = await import(${JSON.stringify(module)}); (await openSocketFolder(${JSON.stringify(parent)})).remove();`;
  const { status, stderr } = spawnSync(join(REPOSITORY, "node_modules/.bin/bun"), ["-e", code], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expect(readdirSync(parent)).toEqual([]);
});
