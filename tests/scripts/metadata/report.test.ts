import { afterEach, describe, expect, it, vi } from "vitest";
import { printReport, type Report } from "../../../scripts/metadata/report.ts";

const stale: Report["stale"] = [{ file: "f/a.script.yaml", state: "stale" }];
const problem = { file: "f/a.ts", argument: "db", message: 'argument "db" has no @param text' };

/** What is printed, and the exit code of the process. */
function print(report: Partial<Report>, options: { check?: boolean; json?: boolean }) {
  const lines: string[] = [];
  for (const stream of ["log", "error"] as const)
    vi.spyOn(console, stream).mockImplementation((line) => void lines.push(line));
  process.exitCode = undefined;
  printReport(
    { stale: [], problems: [], total: 2, ...report },
    { check: false, json: false, command: "npm run metadata", ...options },
  );
  return { lines, exit: process.exitCode ?? 0 };
}
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe("the report", () => {
  it.each([
    ["all fresh", {}, { check: true }, ["2 derived files are fresh (npm run metadata)"], 0],
    ["something stale", { stale }, { check: true }, ["stale    f/a.script.yaml  → npm run metadata"], 1],
    ["something written", { stale }, {}, ["wrote f/a.script.yaml", "2 derived files are fresh (npm run metadata)"], 0],
    ["a problem", { problems: [problem] }, {}, ['f/a.ts: argument "db" has no @param text'], 1],
  ])("of %s says what is so and what mends it", (_, report, options, lines, exit) => {
    expect(print(report, options)).toEqual({ lines, exit });
  });

  it("is one JSON document with --json", () => {
    const { lines, exit } = print({ stale, problems: [problem] }, { check: true, json: true });
    expect(exit).toBe(1);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { ok: false, total: 2, problems: [problem], files: [{ ...stale[0], mend: "npm run metadata" }] },
    ]);
  });
});
