import type { Statement } from "./statements.ts";

/** What a statement may cost, by how it begins or what it has; shown before it runs, never a reason to refuse it. */
const RISKS: [RegExp, string][] = [
  [/^drop\s+(table|schema|materialized\s+view|type|sequence)\b/i, "drops it with all that is in it"],
  [/\bdrop\s+column\b/i, "drops a column with its values"],
  [/^truncate\b/i, "removes every row"],
  [/^delete\s+from\b(?!.*\bwhere\b)/is, "removes every row"],
  [/^update\b(?!.*\bwhere\b)/is, "changes every row"],
  [/\balter\s+(column\s+)?\S+\s+(set\s+data\s+)?type\b/i, "rewrites the table while nobody can use it"],
  [/\bset\s+not\s+null\b/i, "fails when a row has no value there"],
  [/\bunique\b/i, "fails when rows have the same value there"],
  [/^create\s+(unique\s+)?index\s+(?!concurrently)/i, "lets nobody write to the table until it is built"],
  [/\brename\s+(column|to)\b/i, "breaks an app that runs with the old name"],
];

const SHOWN = 120;

/** The risks of a script, each with the beginning of the statement that has it. */
export const risksOf = (statements: Statement[]): { statement: string; risk: string }[] =>
  statements.flatMap(({ skeleton }) => {
    const created = /^create\s+table\b/i.test(skeleton);
    return RISKS.filter(([pattern]) => !created && pattern.test(skeleton)).map(([, risk]) => ({
      statement: skeleton.slice(0, SHOWN),
      risk,
    }));
  });
