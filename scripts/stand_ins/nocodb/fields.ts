import { type Caller, requireRole } from "./access.ts";
import type { columnsOf } from "./columns.ts";
import { isLink, isVirtual } from "./field_types.ts";
import { formulaText } from "./formula.ts";
import type { linksOf } from "./links.ts";
import type { Column, ColumnOptions, Table } from "./metadata.ts";
import { badBody, missing, Refused } from "./refused.ts";
import { type Body, onlyKeys, type Route } from "./serve.ts";
import type { Store } from "./store.ts";
import type { tablesOf } from "./tables.ts";

/** Fields of tables, as v2 calls them columns and v3 fields. */
export function fieldsOf(
  store: Store,
  tables: ReturnType<typeof tablesOf>,
  columns: ReturnType<typeof columnsOf>,
  links: ReturnType<typeof linksOf>,
) {
  const tableFor = (caller: Caller, id: string): Table => {
    const table = tables.find(id);
    requireRole(store, caller, table.base_id, "creator");
    return table;
  };
  const find = (id: string): Column => {
    const column = store.find("column", id);
    if (!column) throw missing("Field", id);
    return column;
  };
  const described = (table: Table) => ({ ...table, type: "table", columns: columns.of(table.id) });

  const addV2: Route = async ({ caller, params, body }) => {
    const table = tableFor(caller, params.table as string);
    onlyKeys(body, ["title", "column_name", "uidt", "cdf", "rqd", "unique", "meta", "description", "colOptions"]);
    if (isVirtual(body?.uidt)) throw badBody("Invalid request body");
    await columns.add(tables.sourceOf(table), table, body);
    return described(table);
  };
  const changeV2: Route = async ({ caller, params, body }) => {
    const column = find(params.column as string);
    const table = tableFor(caller, column.fk_model_id);
    onlyKeys(body, ["title", "column_name", "uidt", "cdf", "rqd", "unique", "meta", "description", "colOptions"]);
    await columns.change(tables.sourceOf(table), table, column, body);
    return described(table);
  };
  const addV3: Route = async ({ caller, params, body }) => {
    const table = tableFor(caller, params.table as string);
    onlyKeys(body, ["title", "type", "options", "description", "default_value", "unique"]);
    const { title, type, options = {} } = body;
    const source = tables.sourceOf(table);
    if (columns.of(table.id).some((one) => one.title === title))
      await columns.add(source, table, { title, uidt: type });
    if (isLink(type)) {
      const { relation_type: relation, related_table_id: related } = options;
      return fieldV3(await links.create(source, table, { title, type, relation, related }));
    }
    if (isVirtual(type)) {
      const column = await columns.add(source, table, { title, uidt: type, description: body.description });
      await store.put("column", { ...column, colOptions: await lookingOptions(table, column, options) });
      return fieldV3(find(column.id));
    }
    const { default_value: cdf, unique, description, options: meta } = body;
    return fieldV3(
      await columns.add(source, table, {
        title,
        uidt: type,
        cdf,
        unique,
        description,
        meta,
        colOptions: { options: options.choices },
      }),
    );
  };
  const lookingOptions = async (table: Table, column: Column, options: Body): Promise<ColumnOptions> => {
    try {
      if (column.uidt === "Formula")
        return { formula: formulaText(options.formula, columns.of(table.id)), formula_raw: options.formula };
      const through = find(options.related_field_id);
      if (!through.colOptions?.type) throw badBody("Invalid request body");
      const target = find(options.related_table_lookup_field_id ?? options.related_table_rollup_field_id);
      if (column.uidt === "Lookup") return { fk_relation_column_id: through.id, fk_lookup_column_id: target.id };
      return {
        fk_relation_column_id: through.id,
        fk_rollup_column_id: target.id,
        rollup_function: options.rollup_function,
      };
    } catch (error) {
      await store.remove("column", column.id);
      throw error;
    }
  };
  const changeV3: Route = async ({ caller, params, body }) => {
    const column = find(params.field as string);
    const table = tableFor(caller, column.fk_model_id);
    onlyKeys(body, ["title", "type", "options", "description", "default_value", "unique"]);
    if (!body?.title)
      throw new Refused(400, {
        error: "ERR_INVALID_REQUEST_BODY",
        message: "Invalid request body",
        details: [{ message: "must have required property 'title'" }],
      });
    if (column.uidt === "Formula" && body.options?.formula) {
      const formula = formulaText(body.options.formula, columns.of(table.id));
      await store.put("column", {
        ...column,
        title: body.title,
        colOptions: { formula, formula_raw: body.options.formula },
      });
      return fieldV3(find(column.id));
    }
    const { title, type: uidt, default_value: cdf, description, options } = body;
    return fieldV3(
      await columns.change(tables.sourceOf(table), table, column, {
        title,
        uidt,
        cdf,
        description,
        colOptions: { options: options?.choices },
      }),
    );
  };
  const remove: Route = async ({ caller, params }) => {
    const column = find(params.field as string);
    const table = tableFor(caller, column.fk_model_id);
    if (column.pk) throw badBody("Cannot delete the primary key");
    if (column.colOptions?.type) await columns.removeLink(column);
    else await columns.remove(tables.sourceOf(table), table, column);
    return {};
  };
  return {
    "/api/v2/meta/tables/:table/columns": { POST: addV2 },
    "/api/v2/meta/columns/:column": { PATCH: changeV2 },
    "/api/v3/meta/bases/:base/tables/:table/fields": { POST: addV3 },
    "/api/v3/meta/bases/:base/fields/:field": { PATCH: changeV3, DELETE: remove },
  } satisfies Record<string, Record<string, Route>>;
}

/** A field as v3 shows it. */
function fieldV3({ id, fk_model_id, title, uidt, cdf, unique, colOptions = {}, meta }: Column) {
  const {
    type,
    fk_related_model_id,
    options,
    formula_raw,
    fk_relation_column_id,
    fk_lookup_column_id,
    fk_rollup_column_id,
    rollup_function,
  } = colOptions;
  const shown = type
    ? { relation_type: type, related_table_id: fk_related_model_id }
    : options
      ? { choices: options.map(({ id, title, color }) => ({ id, title, color })) }
      : formula_raw !== undefined
        ? { formula: formula_raw }
        : fk_lookup_column_id
          ? { related_field_id: fk_relation_column_id, related_table_lookup_field_id: fk_lookup_column_id }
          : fk_rollup_column_id
            ? {
                related_field_id: fk_relation_column_id,
                related_table_rollup_field_id: fk_rollup_column_id,
                rollup_function,
              }
            : meta;
  return {
    id,
    table_id: fk_model_id,
    title,
    type: uidt,
    ...(cdf === null ? {} : { default_value: cdf }),
    unique,
    options: shown,
  };
}
