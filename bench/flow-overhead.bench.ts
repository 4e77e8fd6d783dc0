import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEngine, type TestEngine } from "../tests/support/engine.ts";
import { type Bench, inTurn, round } from "./report.ts";

const STEPS = 20;
const ITEMS = 1000;
const AT_ONCE = 4;
const SCRIPT = "export async function main(n: number) {\n  return n + 1;\n}\n";
const WRAPPER = `import { main } from "./script.ts";
const { n } = await Bun.file("args.json").json();
await Bun.write("result.json", JSON.stringify(await main(n)));
`;

/** What a flow costs over its steps: the engine's flow against the same scripts spawned one after another, or four at a time. */
const bench: Bench = {
  summary: `a ${STEPS}-step flow and a parallel loop over ${ITEMS} items against spawning the same scripts`,
  async run({ runs }) {
    const dir = mkdtempSync(join(tmpdir(), "run8n-bench-"));
    writeFileSync(join(dir, "script.ts"), SCRIPT);
    writeFileSync(join(dir, "wrapper.ts"), WRAPPER);
    writeFileSync(join(dir, "args.json"), '{"n":0}');
    execFileSync(process.execPath, ["build", "wrapper.ts", "--target=bun", "--outfile=wrapper.js"], {
      cwd: dir,
      stdio: "ignore",
    });
    const spawn = async () => {
      const child = Bun.spawn([process.execPath, "wrapper.js"], {
        cwd: dir,
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      if ((await child.exited) !== 0) throw new Error("the rival's process failed");
    };

    const engine = await startEngine({ workers: AT_ONCE });
    try {
      await engine.deploy("f/bench/add_one", SCRIPT);
      await createFlow(engine, "f/bench/steps", { modules: steps() });
      await createFlow(engine, "f/bench/loop", { modules: [loop()] });
      const rival = `bun ${Bun.version} spawn`;
      const sequence = await inTurn(
        { case: `${STEPS} steps, time of a step`, rival, runs },
        async () => timePer(STEPS, async () => expectResult(await runFlow(engine, "f/bench/steps"), STEPS)),
        async () =>
          timePer(STEPS, async () => {
            for (let step = 0; step < STEPS; step++) await spawn();
          }),
      );
      const parallel = await inTurn(
        {
          case: `${ITEMS} items, ${AT_ONCE} at once, time of an item`,
          rival,
          runs: Math.max(1, Math.round(runs / 5)),
          warmup: 0,
        },
        async () =>
          timePer(ITEMS, async () => {
            const result = await runFlow(engine, "f/bench/loop");
            if (!Array.isArray(result) || result.length !== ITEMS || result.some((value, at) => value !== at + 1)) {
              throw new Error("the loop's results are not what its items give");
            }
          }),
        async () => timePer(ITEMS, () => pool(AT_ONCE, ITEMS, spawn)),
      );
      return { cases: [sequence, parallel], counts: { overheadPerStepMs: round(sequence.ours - sequence.theirs) } };
    } finally {
      await engine.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  },
};
export default bench;

const step = (id: string, expr: string) => ({
  id,
  value: { type: "script", path: "f/bench/add_one", input_transforms: { n: { type: "javascript", expr } } },
});

const steps = () =>
  Array.from({ length: STEPS }, (_, at) => step(`s${at}`, at === 0 ? "flow_input.n" : "previous_result"));

const loop = () => ({
  id: "loop",
  value: {
    type: "forloopflow",
    iterator: { type: "javascript", expr: `Array.from({ length: ${ITEMS} }, (_, at) => at)` },
    parallel: true,
    parallelism: AT_ONCE,
    skip_failures: false,
    modules: [step("item", "flow_input.iter.value")],
  },
});

async function createFlow(engine: TestEngine, path: string, value: object): Promise<void> {
  await engine.create("flows", {
    path,
    summary: "",
    description: "",
    value,
    schema: { type: "object", properties: {} },
  });
}

async function runFlow(engine: TestEngine, path: string): Promise<unknown> {
  const response = await engine.api(`/w/{w}/jobs/run_wait_result/f/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"n":0}',
  });
  if (!response.ok) throw new Error(`the flow answered ${response.status}: ${await response.text()}`);
  return response.json();
}

function expectResult(result: unknown, expected: unknown): void {
  if (result !== expected) throw new Error(`the flow gave ${JSON.stringify(result)}, not ${JSON.stringify(expected)}`);
}

async function timePer(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / count;
}

/** Does the work so many times, at most so many at once. */
async function pool(atOnce: number, times: number, work: () => Promise<void>): Promise<void> {
  let left = times;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await work();
    }),
  );
}
