import { InvalidInputError, PreconditionError } from "../../errors.ts";
import type { Sql } from "../connect.ts";
import { ROLE_KINDS, schemaNames } from "../roles.ts";
import { readState } from "../state.ts";
import { INDEXES, KEYS, RIGHTS, ROWS } from "./checks.ts";
import { readTables, type Table } from "./tables.ts";

export type Advice = {
  /** A stable word for what is wrong, such as `no_primary_key`. */
  code: string;
  severity: "high" | "medium" | "low";
  /** The table, index, sequence or table.constraint it is about. */
  object: string;
  why: string;
  /** SQL that mends it, for a migration; one statement, or several with semicolons. */
  fix: string;
};

export type InspectedSchema = {
  project: string;
  schema: string;
  sizeBytes: number;
  tables: Table[];
  /** Whether there are more tables than were shown. */
  truncated: boolean;
  advice: Advice[];
};

const MAX_TABLES = 200;
const CHECKS = [...KEYS, ...INDEXES, ...ROWS, ...RIGHTS];
const WEIGHT = { high: 0, medium: 1, low: 2 };

/**
 * What a project's schema consists of, and what is wrong with it: each piece of advice comes with the SQL that mends it,
 * the gravest first. Reads only the catalogue and Postgres's statistics, never a row.
 * Throws Precondition for a project without schema, InvalidInput for names of tables that cannot be any.
 */
export async function inspectSchema(
  sql: Sql,
  { project, tables: only }: { project: string; tables?: string[] | null },
): Promise<InspectedSchema> {
  const names = schemaNames(project);
  const wanted = only && only.length > 0 ? checked(only) : null;
  const { schema: found } = await readState(sql, names);
  if (!found) {
    throw new PreconditionError(`Project ${project} has no schema yet`, {
      hint: "Run f/infra/postgres/ensure_schema for the project first.",
    });
  }
  const tables = await readTables(sql, names.schema, wanted, MAX_TABLES + 1);
  const roles = ROLE_KINDS.map((kind) => names.roles[kind]);
  const advice: Advice[] = [];
  for (const { code, severity, sql: text } of CHECKS) {
    const params = text.includes("$2") ? [names.schema, roles] : [names.schema];
    const ordered = `select * from (${text}) as found order by object, fix`;
    const { rows } = await sql.query<Omit<Advice, "code" | "severity">>(ordered, params);
    advice.push(...rows.map((row) => ({ code, severity, ...row })));
  }
  const shown = tables.slice(0, MAX_TABLES);
  const about = new Set(shown.flatMap(({ name, indexes }) => [name, ...indexes.map((index) => index.name)]));
  return {
    project,
    schema: names.schema,
    sizeBytes: tables.reduce((sum, { sizeBytes, indexBytes }) => sum + sizeBytes + indexBytes, 0),
    tables: shown,
    truncated: tables.length > MAX_TABLES,
    advice: advice
      .filter(({ object }) => !wanted || about.has(object) || about.has(object.split(".")[0]!))
      .sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]),
  };
}

function checked(tables: string[]): string[] {
  if (tables.length <= MAX_TABLES && tables.every((name) => typeof name === "string" && name.length <= 63))
    return tables;
  throw new InvalidInputError(`tables must be a list of at most ${MAX_TABLES} names of tables`, {
    hint: "Leave it out for all tables.",
    details: { argument: "tables" },
  });
}
