import { afterAll, describe, expect, it } from "vitest";
import { checkout, folderFiles, removeCheckouts, scriptFiles } from "../../../support/checkout.ts";
import { demoWorkspace, FILES } from "./demo.ts";

const demo = demoWorkspace();
afterAll(removeCheckouts);

type Change = { type: string; path: string };
/** What the CLI says it did, or would do, in a checkout. */
async function sync(verb: "push" | "pull", dir: string, ...flags: string[]) {
  const args = ["sync", verb, "--yes", "--json-output", ...flags];
  const { code, stdout, stderr } = await demo.engine.wmill(args, { cwd: dir });
  expect(code, stdout + stderr).toBe(0);
  const said = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { changes?: Change[]; success: boolean };
  return { ...said, changes: (said.changes ?? []).map(({ type, path }) => `${type} ${path}`).sort() };
}

/** The workspace as a pull into an empty folder gives it. */
async function pulled() {
  const { dir, read } = checkout();
  await sync("pull", dir);
  return read();
}

const EVERY = Object.keys(FILES).sort();
/** The same files where they are after they were moved to another folder, and what they say of each other. */
const MOVED = Object.fromEntries(
  Object.entries(FILES)
    .filter(([path]) => path.startsWith("f/demo/") && !path.endsWith("folder.meta.yaml"))
    .map(([path, text]) => [
      path.replace("f/demo/", "f/other/"),
      text.replaceAll("f/demo/", "f/other/").replace("route_path: demo/hook", "route_path: other/hook"),
    ]),
);

describe("wmill sync --json-output", () => {
  it("push finds nothing the second time, and pull gives the files back byte for byte", async () => {
    expect((await sync("push", demo.dir)).changes).toEqual([]);
    expect(await pulled()).toEqual(FILES);
  });

  it("push names what is added, edited and deleted, and in a dry run does nothing of it", async () => {
    const { dir, write, remove } = checkout(FILES);
    write({
      ...scriptFiles("f/demo/added", "export function main() {}\n"),
      "f/demo/greet.ts": "export const greet = () => 'edited';\n",
    });
    remove("f/demo/thing.resource.yaml", "f/demo/steps__flow");
    const expected = [
      "added f/demo/added.script.lock",
      "added f/demo/added.script.yaml",
      "added f/demo/added.ts",
      "deleted f/demo/steps__flow/a.ts",
      "deleted f/demo/steps__flow/flow.yaml",
      "deleted f/demo/thing.resource.yaml",
      "edited f/demo/greet.ts",
    ];
    expect((await sync("push", dir, "--dry-run")).changes).toEqual(expected);
    expect(await pulled()).toEqual(FILES);
    expect((await sync("push", dir)).changes).toEqual(expected);
    expect((await sync("push", dir)).changes).toEqual([]);
    await sync("push", checkout(FILES).dir);
    expect(await pulled()).toEqual(FILES);
  });

  it("push moves everything from one folder to another, and nothing is left behind", async () => {
    const moved = {
      ...folderFiles("other"),
      ...MOVED,
      "c_thing.resource-type.yaml": FILES["c_thing.resource-type.yaml"],
    };
    const { dir, read } = checkout(moved as Record<string, string>);
    await sync("push", dir);
    expect((await sync("push", dir)).changes).toEqual([]);
    expect(await pulled()).toEqual(read());
    expect((await demo.engine.run("f/other/hello", { name: "Ada" })).body).toEqual({ text: "Hello Ada" });
    expect((await demo.engine.run("f/demo/hello", { name: "Ada" })).status).toBe(404);
    const hook = (route: string) =>
      fetch(`${demo.engine.url}/api/r/${demo.engine.workspace}/${route}`, { method: "POST", body: '{"name":"Bob"}' });
    expect([(await hook("other/hook")).status, (await hook("demo/hook")).status]).toEqual([200, 404]);
  });

  it("push --keep-deleted deletes nothing, and pull --keep-deleted keeps what only the checkout has", async () => {
    await sync("push", checkout(FILES).dir, "--keep-deleted");
    const both = await pulled();
    expect(Object.keys(both)).toEqual(expect.arrayContaining([...EVERY, ...Object.keys(MOVED)]));
    const { dir, read } = checkout({ ...both, ...scriptFiles("f/demo/mine", "export function main() {}\n") });
    await sync("pull", dir, "--keep-deleted");
    expect(Object.keys(read())).toContain("f/demo/mine.ts");
    await sync("pull", dir);
    expect(Object.keys(read())).not.toContain("f/demo/mine.ts");
  });

  it("push takes only what its patterns include", async () => {
    const { dir } = checkout(FILES);
    await sync("push", dir, "--includes", "f/demo/**");
    expect(Object.keys(await pulled())).toEqual(expect.arrayContaining(Object.keys(MOVED)));
    await sync("push", dir);
    expect(await pulled()).toEqual(FILES);
  });
});
