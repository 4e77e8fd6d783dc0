import { InvalidInputError } from "../errors.ts";
import type { Base } from "./base.ts";
import { type Nocodb, path } from "./client.ts";
import type { FieldDefinition, TableDefinition } from "./definition.ts";
import { isComputed, isSelect, RELATIONS } from "./field_types.ts";
import { type Column, isLink, readTable, requireTable, type Table } from "./metadata.ts";
import { choicesOf, type Draft, defaultText } from "./plan.ts";

type Ports = { nocodb: Nocodb; base: Base };

/** Makes the table with its stored fields; NocoDB adds the key and its own. Computed fields come afterwards. */
export async function createTable({ nocodb, base }: Ports, definition: TableDefinition): Promise<Table> {
  const stored = definition.fields.filter(({ type }) => !isComputed(type));
  const columns = stored.map((field, at) => ({ ...columnBody(base, field), ...(at === 0 ? { pv: true } : {}) }));
  const made = await nocodb.post<Table>(path`/api/v2/meta/bases/${base.id}/${base.sourceId}/tables`, {
    ...{ title: definition.title, table_name: definition.name },
    ...(definition.description === undefined ? {} : { description: definition.description }),
    columns: [{ title: "Id", column_name: "id", uidt: "ID" }, ...columns],
  });
  return readTable(nocodb, made.id);
}

/** Does what a draft says to the table as it is now. */
export async function applyDraft(ports: Ports, table: Table, draft: Draft): Promise<void> {
  const { nocodb, base } = ports;
  const { action, column, definition } = draft;
  const remove = (one: Column) => nocodb.delete(path`/api/v3/meta/bases/${base.id}/fields/${one.id}`);
  if (column && (action === "remove" || action === "recreate")) await remove(column);
  if (!definition) return;
  if (action === "create" || action === "recreate") await createField(ports, table, definition);
  else if (column && isComputed(definition.type)) await updateComputed(ports, column, definition);
  else if (column) await updateStored(ports, column, definition);
}

async function createField(ports: Ports, table: Table, definition: FieldDefinition): Promise<void> {
  const { nocodb, base } = ports;
  if (isComputed(definition.type)) {
    const options = await optionsOf(ports, await readTable(nocodb, table.id), definition);
    const { title, type } = definition;
    // NocoDB's own name for a link to one record at most.
    const named = definition.relation === "one_to_one" ? "LinkToAnotherRecord" : type;
    await nocodb.post(path`/api/v3/meta/bases/${base.id}/tables/${table.id}/fields`, { title, type: named, options });
    return;
  }
  await nocodb.post(path`/api/v2/meta/tables/${table.id}/columns`, columnBody(base, definition));
}

/** NocoDB drops what an update leaves out, so all of it is sent each time. */
async function updateStored({ nocodb, base }: Ports, column: Column, wanted: FieldDefinition): Promise<void> {
  const meta = { ...column.meta, ...metaOf(wanted) };
  const known = column.colOptions?.options ?? [];
  const options = (wanted.choices ?? choicesOf(column)).map(
    (title) => known.find((one) => one.title === title) ?? { title },
  );
  await nocodb.patch(path`/api/v2/meta/columns/${column.id}`, {
    ...columnBody(base, wanted),
    ...{ meta, rqd: wanted.required ?? false },
    ...(isSelect(wanted.type) ? { colOptions: { options } } : {}),
  });
}

async function updateComputed({ nocodb, base }: Ports, column: Column, wanted: FieldDefinition): Promise<void> {
  const options = wanted.formula === undefined ? {} : { options: { formula: wanted.formula } };
  const type = isLink(column) ? column.uidt : wanted.type;
  await nocodb.patch(path`/api/v3/meta/bases/${base.id}/fields/${column.id}`, {
    title: wanted.title,
    type,
    ...options,
  });
}

/** A field as v2 takes it. In another database than its own NocoDB makes nothing unique; see unique.ts. */
function columnBody({ storage }: Base, field: FieldDefinition): Record<string, unknown> {
  const { title, name, type, description, unique, choices } = field;
  return {
    ...{ title, column_name: name, uidt: type, cdf: defaultText(field) ?? null },
    ...(unique === undefined || storage !== "nocodb" ? {} : { unique }),
    ...(description === undefined ? {} : { description }),
    ...(Object.keys(metaOf(field)).length ? { meta: metaOf(field) } : {}),
    ...(choices ? { colOptions: { options: choices.map((one) => ({ title: one })) } } : {}),
  };
}

const metaOf = ({ precision, currency }: FieldDefinition): Record<string, unknown> => ({
  ...(precision === undefined ? {} : { precision }),
  ...(currency === undefined ? {} : { currency_code: currency, currency_locale: "en-US" }),
});

/** What a computed field looks at, by the ids that v3 wants. */
async function optionsOf({ nocodb, base }: Ports, table: Table, wanted: FieldDefinition): Promise<object> {
  if (wanted.formula !== undefined) return { formula: wanted.formula };
  if (wanted.relation) {
    const related = wanted.table === table.title ? table : await requireTable(nocodb, base, wanted.table);
    return { relation_type: RELATIONS[wanted.relation], related_table_id: related.id };
  }
  const link = fieldOf(table, wanted.through ?? "", "through");
  const related = await readTable(nocodb, link.colOptions?.fk_related_model_id ?? "");
  const target = fieldOf(related, wanted.field ?? "", "field");
  return wanted.type === "Lookup"
    ? { related_field_id: link.id, related_table_lookup_field_id: target.id }
    : { related_field_id: link.id, related_table_rollup_field_id: target.id, rollup_function: wanted.function };
}

function fieldOf(table: Table, title: string, argument: "through" | "field"): Column {
  const found = table.columns.find((one) => one.title === title);
  if (found && (argument === "field" || isLink(found))) return found;
  throw new InvalidInputError(
    `${argument} must name ${argument === "through" ? "a link of the table" : "a field of the linked table"}; ${table.title} has none of that title`,
    { hint: "See f/infra/nocodb/list_tables for the fields there are.", details: { argument } },
  );
}
