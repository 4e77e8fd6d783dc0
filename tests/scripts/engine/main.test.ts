import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type EngineOptions, startEngine, type TestEngine } from "../../support/engine.ts";

const dataDir = mkdtempSync(join(tmpdir(), "run8n-state-"));
const running: TestEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: EngineOptions = {}): Promise<TestEngine> {
  const engine = await startEngine({ dataDir, ...options });
  running.push(engine);
  return engine;
}

const get = async (engine: TestEngine, path: string) => (await engine.api(path)).json();
const post = async (engine: TestEngine, path: string, body: unknown) =>
  (
    await engine.api(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    })
  ).text();

/** A script that notes each of its runs in a file and then takes its time. */
const NOTES = `import { appendFileSync } from "node:fs";
  export async function main(file: string, ms = 0, text = "run") {
    appendFileSync(file, text + "\\n");
    await new Promise((r) => setTimeout(r, ms));
    return text;
  }`;

describe("an engine", () => {
  it.each([
    ["no folder", ["--port", "0", "--workspace", "w"], "--data"],
    ["no workspace", ["--port", "0", "--data", dataDir], "--workspace"],
    ["a port that is none", ["--port", "x", "--data", dataDir, "--workspace", "w"], "--port"],
    ["a flag that does not exist", ["--colour", "red"], "--colour"],
  ])("does not start with %s, and says so", (_, flags, message) => {
    const repository = resolve(import.meta.dirname, "../../..");
    const main = join(repository, "scripts/engine/main.ts");
    const { status, stderr } = spawnSync(join(repository, "node_modules/.bin/bun"), [main, ...flags], {
      env: { PATH: process.env.PATH, RUN8N_ENGINE_TOKEN: "t" },
      encoding: "utf8",
    });
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it("keeps everything over a restart", async () => {
    const first = await start();
    await first.deploy("f/test/hello", "export function main() { return 'hello'; }");
    await first.create("variables", { path: "f/test/secret", value: "s3cret", is_secret: true, description: "" });
    const { body } = await first.run("f/test/hello");
    await first.stop();
    const second = await start();
    expect((await second.run("f/test/hello")).body).toBe(body);
    expect(await get(second, "/w/{w}/variables/get_value/f/test/secret")).toBe("s3cret");
    expect(await get(second, "/w/{w}/jobs/completed/list")).toHaveLength(2);
  });

  it("keeps secrets where nobody else can read them", async () => {
    const engine = await start();
    await engine.create("variables", {
      path: "f/test/secret",
      value: "s3cret-value",
      is_secret: true,
      description: "",
    });
    await engine.stop();
    expect(readFileSync(join(dataDir, "engine.sqlite"), "latin1")).not.toContain("s3cret-value");
    expect(statSync(join(dataDir, "key")).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, "engine.sqlite")).mode & 0o777).toBe(0o600);
  });

  it("that is killed starts its running jobs again, and kills what is left of them", async () => {
    const first = await start();
    await first.deploy("f/test/notes", NOTES);
    const file = join(dataDir, "notes");
    const id = await post(first, "/w/{w}/jobs/run/p/f/test/notes", { file, ms: 3_000 });
    const queued = await post(first, "/w/{w}/jobs/run/p/f/test/notes?scheduled_in_secs=1", { file, text: "later" });
    await expect.poll(() => noteOf(file)).toBe("run\n");
    await first.kill();
    const second = await start();
    await expect
      .poll(() => get(second, `/w/{w}/jobs_u/completed/get_result_maybe/${id}`), { timeout: 15_000 })
      .toMatchObject({
        success: true,
        result: "run",
      });
    await expect
      .poll(() => get(second, `/w/{w}/jobs_u/completed/get_result_maybe/${queued}`))
      .toMatchObject({ result: "later" });
    expect(
      noteOf(file)
        .split("\n")
        .filter((line) => line === "run"),
    ).toHaveLength(2);
    expect(await (await second.api(`/w/{w}/jobs_u/get_logs/${id}`)).text()).toContain(
      "Restarted job after not receiving",
    );
  });

  it("that is killed goes on with flows where they were", async () => {
    const first = await start();
    await first.deploy("f/test/notes", NOTES);
    const file = join(dataDir, "notes");
    const step = (id: string, ms: number) => ({
      id,
      value: {
        type: "script",
        path: "f/test/notes",
        input_transforms: Object.fromEntries(
          Object.entries({ file, ms, text: id }).map(([name, value]) => [name, { type: "static", value }]),
        ),
      },
    });
    const value = { modules: [step("a", 0), step("b", 2_000), step("c", 0)] };
    await first.create("flows", { path: "f/test/flow", summary: "", description: "", value, schema: {} });
    const id = await post(first, "/w/{w}/jobs/run/f/f/test/flow", {});
    await expect.poll(() => noteOf(file)).toBe("a\nb\n");
    await first.kill();
    const second = await start();
    await expect
      .poll(() => get(second, `/w/{w}/jobs_u/completed/get_result_maybe/${id}`), { timeout: 15_000 })
      .toMatchObject({
        success: true,
        result: "c",
      });
    expect(noteOf(file)).toBe("a\nb\nb\nc\n");
  });

  it("that is asked to stop does so although a job still runs, and starts that again later", async () => {
    const first = await start();
    await first.deploy("f/test/notes", NOTES);
    const file = join(dataDir, "notes");
    await post(first, "/w/{w}/jobs/run/p/f/test/notes", { file, ms: 60_000 });
    await expect.poll(() => noteOf(file)).toBe("run\n");
    await first.stop();
    await start();
    await expect.poll(() => noteOf(file)).toBe("run\nrun\n");
  });
});

function noteOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
