import type { Problem, Stale } from "./files.ts";

export type Report = {
  stale: Stale[];
  problems: Problem[];
  /** How many derived files there are in all. */
  total: number;
};

/** Prints what was found, or done, and sets the exit code: 1 when something is stale under `--check`, or has a problem. */
export function printReport(report: Report, options: { check: boolean; json: boolean; command: string }): void {
  const { stale, problems, total } = report;
  const { check, json, command } = options;
  const ok = problems.length === 0 && (!check || stale.length === 0);
  if (!ok) process.exitCode = 1;
  if (json) {
    const mend = check ? { mend: command } : {};
    console.log(JSON.stringify({ ok, total, problems, files: stale.map((one) => ({ ...one, ...mend })) }));
    return;
  }
  for (const { file, message } of problems) console.error(`${file}: ${message}`);
  for (const { file, state } of stale) {
    if (check) console.error(`${state.padEnd(8)} ${file}  → ${command}`);
    else console.log(`${state === "orphaned" ? "removed" : "wrote"} ${file}`);
  }
  if (ok) console.log(`${total} derived files are fresh (${command})`);
}
