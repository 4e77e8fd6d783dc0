import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { TablesPlan } from "../../../f/lib/nocodb/plan_tables.ts";
import { usage } from "../failure.ts";
import type { Style } from "../style.ts";

/** The tables of a project's file: a list of what schemas/table.schema.json describes. */
export function readTables(dir: string, file: string): unknown {
  const path = resolve(dir, file);
  if (!existsSync(path)) {
    throw usage(
      `there is no ${path}`,
      "Write one, a list of tables as in schemas/table.schema.json, or name another file.",
    );
  }
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw usage(`${path} is not JSON`, "It holds a list of tables as in schemas/table.schema.json.");
  }
}

const MARKS = { create: "+", update: "~", recreate: "~", remove: "-", none: " " } as const;

/** What a plan would change, one line each, with what would be lost. */
export function tablesText({ project, tables, status, planHash }: TablesPlan, style: Style): string {
  const { bold, green, yellow, red, dim } = style;
  const paint = { create: green, update: yellow, recreate: yellow, remove: red, none: dim };
  const lines = tables.flatMap(({ table, action, changes, warnings }) => [
    ...(action === "none" && warnings.length === 0 ? [] : [`  ${paint[action](MARKS[action])} ${table}`]),
    ...changes.map(
      (one) =>
        `      ${paint[one.action](MARKS[one.action])} ${one.field}  ${dim(one.detail)}${one.losesData ? red(`  LOSES ${one.records} VALUES`) : ""}`,
    ),
    ...(changes.some(({ losesData }) => losesData) ? [] : warnings.map((one) => `      ${yellow("!")} ${one}`)),
  ]);
  const end =
    status === "empty"
      ? `${green("✓")} ${project} is as the file says.`
      : `${bold(project)} ${dim(`Plan ${planHash}`)}`;
  return [...lines, ...(lines.length ? [""] : []), end].join("\n");
}
