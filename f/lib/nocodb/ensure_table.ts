import { UpstreamError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { applyDraft, createTable } from "./apply.ts";
import { backupTable } from "./backup.ts";
import { type Base, requireBase } from "./base.ts";
import { type Nocodb, path } from "./client.ts";
import { type TableDefinition, tableDefinition } from "./definition.ts";
import { type Column, readTable, type Table, type TableRow, tableRows } from "./metadata.ts";
import { type Change, type Draft, draftChanges, extraColumns } from "./plan.ts";
import { describeTable, type TableItem } from "./table_item.ts";
import { applyUniques, withUniques } from "./unique.ts";
import { weigh } from "./weigh.ts";

export type TablePorts = { sql: Sql; nocodb: Nocodb };
export type EnsuredTable = {
  project: string;
  table: TableItem;
  changes: Change[];
  /** What to know before `confirm` is given, or what was kept although the definition lacks it. */
  warnings: string[];
  /** `planned` when the changes would lose data and `confirm` is not the table's title: nothing was changed then. */
  status: "created" | "updated" | "unchanged" | "planned";
  /** The copy that was taken before data was lost. */
  backup?: { id: string; records: number };
};

type Asked = { project: string; definition: unknown; removeFields?: boolean | null; confirm?: string | null };

/** NocoDB ignores some of what it is told when it makes a field, and takes it with an update; so it is looked at again. */
const ROUNDS = 4;

/**
 * Makes a table exist as defined: fields are added, retitled, retyped, and removed when that is asked for. Changes that
 * would lose values are weighed by counting them; they are made only when `confirm` is the table's title, after a backup.
 *
 * Throws InvalidInput for a definition that is none, NotFound for a base or a linked table that is not there,
 * Precondition for a field that is to be required and has gaps, Conflict for one that is to be unique and is not.
 */
export async function ensureTable({ sql, nocodb }: TablePorts, asked: Asked): Promise<EnsuredTable> {
  const definition = tableDefinition(asked.definition);
  const { title } = definition;
  const base = await requireBase(nocodb, asked.project);
  const { project } = base;
  const removeFields = asked.removeFields ?? false;
  const logged = { project, table: title, fields: definition.fields.map((field) => field.title), removeFields };
  return operate({ sql, verb: "infra/nocodb/ensure_table", project, arguments: logged, leaseSeconds: 600 }, () =>
    converge({ sql, nocodb }, base, definition, { removeFields, confirmed: asked.confirm === title }),
  );
}

type Options = { removeFields: boolean; confirmed: boolean; keep?: "silently" };

/**
 * How a table stands, if it does, and what its definition would change in it. `titles` are those of all tables by id, as
 * they are once `all` of the definitions hold: a link to a table that gets another title still leads to the same one.
 */
export async function compareTable(
  { sql, nocodb }: TablePorts,
  base: Base,
  definition: TableDefinition,
  { removeFields, all = [definition] }: { removeFields: boolean; all?: TableDefinition[] },
): Promise<{ before?: Table; changes: Change[]; titles: Map<string, string> }> {
  const rows = await tableRows(nocodb, base);
  const titles = new Map(rows.map((row) => [row.id, all.find((one) => isOf(row, one))?.title ?? row.title]));
  const known = rows.find((row) => isOf(row, definition));
  if (!known) return { changes: [], titles };
  const before = await withUniques(sql, base, await readTable(nocodb, known.id));
  const drafts = draftChanges(before, definition, { removeFields, titleOf: (id) => titles.get(id) });
  return { before, changes: await weigh({ nocodb, base }, before, drafts), titles };
}

const isOf = ({ table_name, title }: TableRow, { name, title: wanted }: TableDefinition): boolean =>
  table_name === name || title === wanted || table_name === passing(name);

/** What a table is called for a moment while it is given another title, and still is when a call died just then. */
const passing = (name: string): string => `${name}__retitled`;

/** Brings one table to its definition, within a lease that the caller holds. */
export async function converge(
  { sql, nocodb }: TablePorts,
  base: Base,
  definition: TableDefinition,
  { removeFields, confirmed, keep }: Options,
): Promise<EnsuredTable> {
  const { project } = base;
  const { before, changes, titles } = await compareTable({ sql, nocodb }, base, definition, { removeFields });
  const titleOf = (id: string) => titles.get(id);
  const read = async (id: string) => withUniques(sql, base, await readTable(nocodb, id));
  const draft = (table: Table) => draftChanges(table, definition, { removeFields, titleOf });
  const answer = async (table: Table, more: Omit<EnsuredTable, "project" | "table" | "warnings">) => ({
    ...{
      project,
      table: describeTable(table, titleOf),
      warnings: warningsOf(table, more.changes, removeFields || keep ? [] : extraColumns(table, definition)),
    },
    ...more,
  });
  const loses = changes.some(({ losesData }) => losesData);
  if (before && loses && !confirmed) return answer(before, { changes, status: "planned" });
  const backup = before && loses ? await backupTable({ sql, nocodb }, base, before) : undefined;
  let table = before ?? (await createTable({ nocodb, base }, definition));
  titles.set(table.id, definition.title);
  const retitled = await retitle(nocodb, table, definition);
  for (let round = 0; ; round++) {
    table = await read(table.id);
    const drafts: Draft[] = draft(table).filter(({ action }) => round === 0 || action !== "remove");
    if (drafts.length === 0) break;
    if (round === ROUNDS) throw stubborn(table, drafts);
    for (const one of drafts) await applyDraft({ nocodb, base }, table, one);
    await applyUniques(sql, base, table, definition);
  }
  const status = !before ? "created" : changes.length || retitled ? "updated" : "unchanged";
  return answer(table, { changes, status, ...(backup ? { backup } : {}) });
}

/** Whether the table itself is as defined, whatever its fields are. */
export const isTitled = (table: Table, { title, description }: TableDefinition): boolean =>
  table.title === title && (description === undefined || (table.description ?? "") === description);

/** NocoDB takes a title only together with a name, and neither may be taken, not even by the table itself. */
async function retitle(nocodb: Nocodb, table: Table, definition: TableDefinition): Promise<boolean> {
  if (isTitled(table, definition)) return false;
  const { title, name, description } = definition;
  const at = path`/api/v2/meta/tables/${table.id}`;
  if (table.title !== title) {
    const between = passing(name);
    if (table.table_name !== between) await nocodb.patch(at, { title: between, table_name: between });
    await nocodb.patch(at, { title, table_name: name });
  }
  if (description !== undefined) await nocodb.patch(at, { description });
  return true;
}

/** What to know of changes before they are made, and which fields stay although the definition lacks them. */
export function warningsOf({ title: table }: { title: string }, changes: Change[], kept: Column[]): string[] {
  const lost = changes
    .filter(({ losesData }) => losesData)
    .map(({ field, detail, records }) => `${field}: ${detail}; ${records} records lose a value`);
  return [
    ...lost,
    ...(lost.length ? [`Nothing is lost until confirm is "${table}"; a backup is taken first`] : []),
    ...kept.map(({ title }) => `${title}: not in the definition, kept because removeFields was not given`),
  ];
}

const stubborn = (table: Table, drafts: Draft[]): UpstreamError =>
  new UpstreamError(
    `NocoDB does not take these changes to table ${table.title}: ${drafts.map((one) => `${one.field} (${one.detail})`).join(", ")}`,
    {
      hint: "Check NocoDB's log and version; it accepted each call and changed nothing.",
      details: { fields: drafts.map(({ field }) => field) },
    },
  );
