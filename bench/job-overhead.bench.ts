import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEngine } from "../tests/support/engine.ts";
import { type Bench, inTurn, median, round } from "./report.ts";

const SCRIPT = 'export async function main(name: string) {\n  return "hello " + name;\n}\n';
const WRAPPER = `import { main } from "./script.ts";
const { name } = await Bun.file("args.json").json();
await Bun.write("result.json", JSON.stringify(await main(name)));
`;

/** What a job costs over the process it needs anyway: `run_wait_result` against the bare spawn of the same bundle. */
const bench: Bench = {
  summary: "run_wait_result of a trivial script against the bare bun spawn of the same bundle",
  async run({ runs }) {
    const dir = mkdtempSync(join(tmpdir(), "run8n-bench-"));
    const bun = process.execPath;
    writeFileSync(join(dir, "script.ts"), SCRIPT);
    writeFileSync(join(dir, "wrapper.ts"), WRAPPER);
    writeFileSync(join(dir, "args.json"), '{"name":"bench"}');
    execFileSync(bun, ["build", "wrapper.ts", "--target=bun", "--outfile=wrapper.js"], { cwd: dir, stdio: "ignore" });

    const coldStart: number[] = [];
    for (let start = 0; start < 5; start++) {
      const begun = performance.now();
      const once = await startEngine();
      coldStart.push(performance.now() - begun);
      await once.stop();
    }

    const engine = await startEngine();
    try {
      const idleMiB = residentMiB(engine.pid);
      await engine.deploy("f/bench/hello", SCRIPT);
      const ours = async () => {
        const { status, body } = await engine.run("f/bench/hello", { name: "bench" });
        if (status !== 200 || body !== "hello bench")
          throw new Error(`the job answered ${status}: ${JSON.stringify(body)}`);
      };
      const theirs = async () => {
        const spawned = Bun.spawn([bun, "wrapper.js"], { cwd: dir, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
        if ((await spawned.exited) !== 0) throw new Error("the rival's process failed");
      };
      const rival = `bun ${Bun.version} spawn`;
      const calls = runs * 4;
      const alone = await inTurn({ case: "one caller", rival, runs: calls, warmup: 4 }, timed(ours), timed(theirs));
      const four = await inTurn(
        { case: "four callers, time of a call", rival, runs, warmup: 2 },
        () => atOnce(4, timed(ours)),
        () => atOnce(4, timed(theirs)),
      );
      return {
        cases: [alone, four],
        counts: {
          overheadMs: round(alone.ours - alone.theirs),
          overheadFourCallersMs: round(four.ours - four.theirs),
          idleMiB: Math.round(idleMiB),
          coldStartMs: Math.round(median(coldStart)),
        },
      };
    } finally {
      await engine.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  },
};
export default bench;

const timed = (work: () => Promise<void>) => async () => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/** The median time of a call when so many are made at the same moment. */
const atOnce = async (callers: number, work: () => Promise<number>) =>
  median(await Promise.all(Array.from({ length: callers }, work)));

/** Memory the process holds, from Linux's own accounting. */
const residentMiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
