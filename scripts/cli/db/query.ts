import type { QueryResult } from "../../../f/lib/postgres/query/run.ts";
import { usage } from "../failure.ts";
import type { Style } from "../style.ts";
import type { DbAction } from "./action.ts";

export const query: DbAction = {
  summary: "ask the database as its read-only role",
  args: ["<sql>"],
  options: {
    limit: { type: "string", value: "ROWS", help: "the most rows to show (default: 100)" },
    timeout: { type: "string", value: "SECONDS", help: "how long the query may take (default: 10)" },
  },
  async run({ project, args: [sql = ""], values, windmill, terminal }) {
    const limits = { maxRows: numberOf(values, "limit"), timeoutSeconds: numberOf(values, "timeout") };
    const request = { project, query: sql, ...limits };
    const result = (await windmill.run("script", "f/infra/postgres/run_query", request)) as QueryResult;
    return { text: tableOf(result, terminal.style), document: result };
  },
};

function numberOf(values: Record<string, unknown>, name: string): number | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(String(value))) return Number(value);
  throw usage(`--${name} must be a whole number`, "See: run8n db --help");
}

const CELL = 60;

const cell = (value: unknown): string => {
  const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
  const line = text.replace(/\p{Cc}/gu, " "); // what is in a row must not steer the terminal
  return line.length > CELL ? `${line.slice(0, CELL - 1)}…` : line;
};

/** Columns side by side, and in the end how many rows there are. */
function tableOf({ columns, rows, truncated, durationMs }: QueryResult, { bold, dim }: Style): string {
  const cells = rows.map((row) => columns.map((name) => cell(row[name])));
  const widths = columns.map((name, at) => Math.max(cell(name).length, ...cells.map((row) => row[at]!.length)));
  const line = (row: string[]) =>
    row
      .map((text, at) => text.padEnd(widths[at]!))
      .join("  ")
      .trimEnd();
  const count = `${rows.length} ${rows.length === 1 ? "row" : "rows"}${truncated ? ", and there are more" : ""}`;
  return [bold(line(columns.map(cell))), ...cells.map(line), dim(`${count}, ${durationMs} ms`)].join("\n");
}
