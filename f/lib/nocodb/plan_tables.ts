import { createHash } from "node:crypto";
import { InvalidInputError } from "../errors.ts";
import { type Base, requireBase } from "./base.ts";
import { type TableDefinition, tableDefinitions } from "./definition.ts";
import { compareTable, isTitled, type TablePorts, warningsOf } from "./ensure_table.ts";
import { tableRows } from "./metadata.ts";
import { type Change, extraColumns } from "./plan.ts";

export type TableChanges = {
  table: string;
  action: "create" | "update" | "none";
  changes: Change[];
  /** What would be lost, and what is kept although the definition lacks it. */
  warnings: string[];
};

export type TablesPlan = {
  project: string;
  tables: TableChanges[];
  /** True when a change would lose values: then apply_tables needs the hash, as the word that somebody has seen it. */
  losesData: boolean;
  status: "empty" | "changes";
  /** Pass it to apply_tables to do exactly this. */
  planHash: string;
};

export type TablesAsked = { project: string; tables: unknown; removeFields?: boolean | null };

/**
 * What would have to change for all tables of a project's base to be as defined; changes nothing. Tables that no
 * definition names are left alone. The same finding gives the same hash.
 *
 * Throws InvalidInput for definitions that are none or link to a table that is neither defined nor there, NotFound for a
 * project without a base, Precondition for a field that is to be required and has gaps.
 */
export async function planTables(ports: TablePorts, asked: TablesAsked): Promise<TablesPlan> {
  const definitions = tableDefinitions(asked.tables);
  const base = await requireBase(ports.nocodb, asked.project);
  return planOf(ports, base, definitions, asked.removeFields ?? false);
}

/** The same for definitions that have been read, so that it can be looked at once more within a lease. */
export async function planOf(
  ports: TablePorts,
  base: Base,
  definitions: TableDefinition[],
  removeFields: boolean,
): Promise<TablesPlan> {
  const { project } = base;
  const known = (await tableRows(ports.nocodb, base)).map(({ title }) => title);
  for (const definition of definitions) checkLinks(definition, [...known, ...definitions.map(({ title }) => title)]);
  const tables: TableChanges[] = [];
  for (const one of definitions) tables.push(await changesOf(ports, base, one, { removeFields, all: definitions }));
  return {
    project,
    tables,
    losesData: tables.some(({ changes }) => changes.some(({ losesData }) => losesData)),
    status: tables.some(({ action }) => action !== "none") ? "changes" : "empty",
    planHash: createHash("sha256").update(JSON.stringify({ project, definitions, tables })).digest("hex").slice(0, 32),
  };
}

async function changesOf(
  ports: TablePorts,
  base: Base,
  definition: TableDefinition,
  options: { removeFields: boolean; all: TableDefinition[] },
): Promise<TableChanges> {
  const table = definition.title;
  const { before, changes } = await compareTable(ports, base, definition, options);
  if (!before) return { table, action: "create", changes: definition.fields.map(newField), warnings: [] };
  const kept = options.removeFields ? [] : extraColumns(before, definition);
  const isSame = changes.length === 0 && isTitled(before, definition);
  return { table, action: isSame ? "none" : "update", changes, warnings: warningsOf({ title: table }, changes, kept) };
}

const newField = ({ title, type }: { title: string; type: string }): Change => ({
  ...{ action: "create", field: title, detail: `new field of type ${type}`, losesData: false },
});

function checkLinks({ title, fields }: TableDefinition, known: string[]): void {
  const astray = fields.find(({ table }) => table !== undefined && !known.includes(table));
  if (!astray) return;
  throw new InvalidInputError(`Field ${astray.title} of table ${title} links to a table that is not there`, {
    hint: "Define that table too, or take the title of one that list_tables shows.",
    details: { table: title, field: astray.title },
  });
}
