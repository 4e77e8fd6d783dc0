import type { FieldDefinition, TableDefinition } from "./definition.ts";
import { isComputed, isSelect, keepsValues, RELATIONS } from "./field_types.ts";
import { type Column, isLink, isVirtual, type Table } from "./metadata.ts";

/** One thing that a definition changes in a table. `losesData` is known once the values have been counted. */
export type Change = {
  action: "create" | "update" | "recreate" | "remove";
  field: string;
  /** What becomes of it, in words. */
  detail: string;
  losesData: boolean;
  /** How many records hold a value that would be lost. */
  records?: number;
};

/** A change before it is weighed: `at risk` names what has to be counted to know whether anything is lost. */
export type Draft = Omit<Change, "losesData" | "records"> & {
  column?: Column;
  definition?: FieldDefinition;
  risk?: { kind: "all" } | { kind: "choices"; choices: string[] };
};

/** What has to be done to a table for it to be as defined; nothing for a table that is. Fields are in dependency order. */
export function draftChanges(
  table: Table,
  wanted: TableDefinition,
  { removeFields, titleOf }: { removeFields: boolean; titleOf: (tableId: string) => string | undefined },
): Draft[] {
  const drafts = wanted.fields.flatMap((field) => draftField(table, findColumn(table, field), field, titleOf));
  const removed = removeFields ? extraColumns(table, wanted).map(draftRemoval) : [];
  return [...drafts.sort((a, b) => rankOf(a) - rankOf(b)), ...removed.sort((a, b) => rankOf(b) - rankOf(a))];
}

/**
 * Fields of a table that its definition lacks. What NocoDB made itself is not among them, and links are not either: they
 * have a side in another table.
 */
export function extraColumns(table: Table, { fields }: TableDefinition): Column[] {
  const claimed = new Set(fields.map((field) => findColumn(table, field)?.id));
  const isOwn = (one: Column) => one.pk || one.system || one.uidt === "ForeignKey" || isLink(one);
  return table.columns.filter((one) => !isOwn(one) && !claimed.has(one.id));
}

/** A field is known by its column's name first, so that a new title is a new title and not a new field. */
export function findColumn(table: Table, { name, title }: FieldDefinition): Column | undefined {
  const named = name === undefined ? undefined : table.columns.find((one) => one.column_name === name);
  return named ?? table.columns.find((one) => one.title === title);
}

/** What looks through links comes after them, and formulas after everything. */
function rankOf({ definition, column }: Draft): number {
  const type = definition?.type ?? column?.uidt ?? "";
  return ["Links", "Lookup", "Rollup", "Formula"].indexOf(type);
}

function draftField(
  table: Table,
  column: Column | undefined,
  wanted: FieldDefinition,
  titleOf: (tableId: string) => string | undefined,
): Draft[] {
  const field = wanted.title;
  if (!column) return [{ action: "create", field, detail: `new field of type ${wanted.type}`, definition: wanted }];
  const given = { field, column, definition: wanted };
  if (isComputed(wanted.type) !== isVirtual(column))
    return [
      {
        ...given,
        action: "recreate",
        detail: `${column.uidt} becomes ${wanted.type}, which keeps no values`,
        ...(isVirtual(column) && !isLink(column) ? {} : { risk: { kind: "all" } }),
      },
    ];
  const differs = isComputed(wanted.type)
    ? differencesOfComputed(table, column, wanted, titleOf)
    : differencesOfStored(column, wanted);
  if (differs.length === 0) return [];
  if (isLink(column) && differs.some((one) => one !== "title"))
    return [{ ...given, action: "recreate", detail: `${differs.join(", ")}: its links go`, risk: { kind: "all" } }];
  const gone = goneChoices(column, wanted);
  const risk: Draft["risk"] =
    column.uidt !== wanted.type && !isComputed(wanted.type) && !keepsValues(column.uidt, wanted.type)
      ? { kind: "all" }
      : gone.length
        ? { kind: "choices", choices: gone }
        : undefined;
  const recreated = isVirtual(column) && column.uidt !== "Formula" && differs.some((one) => one !== "title");
  return [
    { ...given, action: recreated ? "recreate" : "update", detail: differs.join(", "), ...(risk ? { risk } : {}) },
  ];
}

const draftRemoval = (column: Column): Draft => ({
  action: "remove",
  field: column.title,
  detail: `${column.uidt} that the definition does not have`,
  column,
  ...(isVirtual(column) ? {} : { risk: { kind: "all" } }),
});

function differencesOfStored(column: Column, wanted: FieldDefinition): string[] {
  const choices = choicesOf(column);
  const checks: [string, boolean][] = [
    ["title", column.title !== wanted.title],
    ["name", column.column_name !== wanted.name],
    [`type ${column.uidt} becomes ${wanted.type}`, column.uidt !== wanted.type],
    ["default", defaultOf(column) !== defaultText(wanted)],
    ["required", column.rqd !== (wanted.required ?? false)],
    ["unique", (column.unique ?? false) !== (wanted.unique ?? false)],
    ["choices", isSelect(wanted.type) && choices.join() !== wanted.choices?.join()],
    ["precision", wanted.precision !== undefined && column.meta?.precision !== wanted.precision],
    ["currency", wanted.currency !== undefined && column.meta?.currency_code !== wanted.currency],
    ["description", wanted.description !== undefined && (column.description ?? "") !== wanted.description],
  ];
  return checks.filter(([, differs]) => differs).map(([what]) => what);
}

function differencesOfComputed(
  table: Table,
  column: Column,
  wanted: FieldDefinition,
  titleOf: (tableId: string) => string | undefined,
): string[] {
  const options = column.colOptions ?? {};
  const title = (id: string | undefined) => table.columns.find((one) => one.id === id)?.title;
  const isSame = column.uidt === wanted.type || (wanted.relation === "one_to_one" && isLink(column));
  const checks: [string, boolean][] = [
    ["title", column.title !== wanted.title],
    ["type", !isSame],
    ["relation", wanted.relation !== undefined && options.type !== RELATIONS[wanted.relation]],
    ["table", wanted.table !== undefined && titleOf(options.fk_related_model_id ?? "") !== wanted.table],
    ["through", wanted.through !== undefined && title(options.fk_relation_column_id) !== wanted.through],
    ["formula", wanted.formula !== undefined && options.formula_raw !== wanted.formula],
    ["function", wanted.function !== undefined && options.rollup_function !== wanted.function],
  ];
  return checks.filter(([, differs]) => differs).map(([what]) => what);
}

export const choicesOf = (column: Column): string[] => (column.colOptions?.options ?? []).map(({ title }) => title);

const goneChoices = (column: Column, wanted: FieldDefinition): string[] =>
  isSelect(column.uidt) && isSelect(wanted.type)
    ? choicesOf(column).filter((one) => !wanted.choices?.includes(one))
    : [];

/** NocoDB keeps a default bare, in quotes, or as Postgres shows it, by how it came to know of it. */
export function defaultOf(column: Column): string | undefined {
  if (column.cdf === null || column.cdf === undefined || column.cdf === "") return undefined;
  const bare = /^'(.*)'(?:::[\w ]+)?$/s.exec(column.cdf);
  return bare ? bare[1]?.replaceAll("''", "'") : column.cdf;
}

/** A rating has a default when none is asked for. */
export const defaultText = (wanted: FieldDefinition): string | undefined =>
  wanted.default === undefined ? (wanted.type === "Rating" ? "0" : undefined) : String(wanted.default);
