import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type EngineOptions, startEngine, type TestEngine } from "../../support/engine.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");
const BIN = join(REPOSITORY, "node_modules/.bin");
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

const POLL = { timeout: 50_000, interval: 200 };

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
    const { status, stderr } = spawnSync(join(BIN, "bun"), [join(REPOSITORY, "scripts/engine/main.ts"), ...flags], {
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

  it("that is killed amid eighty jobs and flows loses none, and repeats only what was running", async () => {
    const first = await start({ workers: 3 });
    await first.deploy("f/test/notes", NOTES);
    const file = join(dataDir, "notes");
    const note = (id: string, expr: string) => {
      const text = { type: "javascript", expr };
      const transforms = { file: { type: "static", value: file }, text };
      return { id, value: { type: "script", path: "f/test/notes", input_transforms: transforms } };
    };
    const loop = {
      type: "forloopflow",
      parallel: true,
      iterator: { type: "javascript", expr: "[0, 1]" },
      modules: [note("c", "flow_input.name + ' b' + flow_input.iter.index")],
    };
    const modules = [
      note("a", "flow_input.name + ' a'"),
      { id: "b", value: loop },
      note("d", "flow_input.name + ' d'"),
    ];
    await first.create("flows", { path: "f/test/flow", summary: "", value: { modules }, schema: {} });
    const started = Array.from({ length: 80 }, (_, n) =>
      n % 8 === 0
        ? post(first, "/w/{w}/jobs/run/f/f/test/flow", { name: `flow ${n}` })
        : post(first, "/w/{w}/jobs/run/p/f/test/notes", { file, text: `job ${n}` }),
    );
    const ids = await Promise.all(started);
    await expect.poll(() => noteOf(file).split("\n").length, { timeout: 30_000 }).toBeGreaterThan(25);
    await first.kill();
    const second = await start({ workers: 3 });
    const ends = () => Promise.all(ids.map((id) => get(second, `/w/{w}/jobs_u/completed/get_result_maybe/${id}`)));
    await expect.poll(async () => (await ends()).filter(({ completed }) => !completed).length, POLL).toBe(0);
    expect((await ends()).filter(({ success }) => !success)).toEqual([]);
    const notes = noteOf(file).trim().split("\n");
    expect(new Set(notes).size).toBe(70 + 10 * 4);
    expect(notes.length - new Set(notes).size).toBeLessThanOrEqual(3);
    for (const name of notes.filter((one) => one.endsWith(" d")).map((one) => one.slice(0, -2))) {
      expect(notes.indexOf(`${name} a`), name).toBeLessThan(notes.indexOf(`${name} b0`));
      expect(notes.indexOf(`${name} b1`), name).toBeLessThan(notes.indexOf(`${name} d`));
    }
  });

  it("with twenty thousand jobs behind it lists them at once in little memory, and forgets those of last month", async () => {
    await (await start()).stop();
    const script = join(import.meta.dirname, "../../support/many_jobs.ts");
    const seeded = spawnSync(join(BIN, "bun"), [script, dataDir, "20000"], { encoding: "utf8" });
    expect(seeded.status, seeded.stderr).toBe(0);
    running.length = 0;
    const engine = await start();
    const began = performance.now();
    for (const query of [
      "",
      "&success=false",
      "&has_null_parent=true",
      "&script_path_exact=f/test/many_7",
      "&page=100",
    ])
      expect((await get(engine, `/w/{w}/jobs/list?per_page=30${query}`)).length).toBe(30);
    expect(performance.now() - began).toBeLessThan(1_000);
    const memory = () =>
      Number(spawnSync("ps", ["-o", "rss=", "-p", `${engine.pid}`], { encoding: "utf8" }).stdout) / 1024;
    const before = memory();
    for (let page = 1; page <= 100; page++) await get(engine, `/w/{w}/jobs/list?per_page=100&page=${page}`);
    expect(memory() - before).toBeLessThan(60);
    expect(await get(engine, "/w/{w}/jobs/list?created_before=2020-01-01T00:00:00Z")).toEqual([]);
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
