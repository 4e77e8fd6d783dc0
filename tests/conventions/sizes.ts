import type { Files } from "../../scripts/metadata/files.ts";
import { CODE, eachFile, type Rule, SCRIPT, type Violation, withoutComments } from "./rule.ts";

const linesOf = (code: string): number => code.split("\n").length - (code.endsWith("\n") ? 1 : 0);

/** Lines that are neither empty nor only a comment. */
const codeLinesOf = (code: string): number =>
  withoutComments(code)
    .split("\n")
    .filter((line) => line.trim()).length;

const text = (lines: number): string => "x();\n".repeat(lines);

/** The share of files that may be longer than so many lines. */
function atMost(share: number, lines: number, files: Files): Violation[] {
  const sources = [...files].filter(([file]) => CODE.test(file) && !file.startsWith("tests/"));
  const longer = sources.map(([file, code]) => ({ file, lines: linesOf(code) })).filter((one) => one.lines > lines);
  if (longer.length <= sources.length * share) return [];
  return longer.map(({ file, lines: found }) => ({
    file,
    why: `it has ${found} lines and too many files are that long`,
  }));
}

export const SIZES: Rule[] = [
  {
    says: "A script has at most 40 lines of code",
    check: eachFile(SCRIPT, (code) => {
      const lines = codeLinesOf(code);
      return lines > 40 ? `it has ${lines} lines of code; move the work to f/lib` : undefined;
    }),
    kept: { "f/infra/a/get_b.ts": `/**\n${" * text\n".repeat(90)} */\n${text(40)}` },
    broken: [{ files: { "f/infra/a/get_b.ts": text(41) }, reports: "f/infra/a/get_b.ts" }],
  },
  {
    says: "A file has at most 250 lines",
    check: eachFile(CODE, (code) => (linesOf(code) > 250 ? `it has ${linesOf(code)} lines` : undefined)),
    kept: { "f/lib/a.ts": text(250), "f/lib/sites/starters/static.ts": text(900), "templates/a/site/b.ts": text(900) },
    broken: ["f/lib/b.ts", "scripts/b.mjs", "tests/b.test.ts", "flows/b.ts"].map((file) => ({
      files: { [file]: text(251) },
      reports: file,
    })),
  },
  {
    says: "Half of all source files have at most 70 lines, nine in ten at most 150",
    check: (files) => {
      const long = atMost(0.1, 150, files);
      return long.length > 0 ? long : atMost(0.5, 70, files);
    },
    kept: { "f/lib/a.ts": text(70), "f/lib/b.ts": text(71) },
    broken: [
      { files: { "f/lib/c.ts": text(71) }, reports: "f/lib/c.ts" },
      { files: { "f/lib/c.ts": text(151) }, reports: "f/lib/c.ts" },
    ],
  },
];
