import { identifier } from "../../../f/lib/postgres/quote.ts";
import { requireRole } from "./access.ts";
import type { basesOf } from "./bases.ts";
import { type columnsOf, newColumn } from "./columns.ts";
import { SYSTEM } from "./field_types.ts";
import type { Column, Source, Table } from "./metadata.ts";
import { badBody, duplicate, missing } from "./refused.ts";
import { type Body, onePage, onlyKeys, type Route } from "./serve.ts";
import { newId, now, type Store } from "./store.ts";

/** Tables of a base: created and dropped in the database their source names. */
export function tablesOf(store: Store, bases: ReturnType<typeof basesOf>, columns: ReturnType<typeof columnsOf>) {
  const find = (id: string): Table => {
    const table = store.find("table", id);
    if (!table || !store.find("base", table.base_id)) throw missing("Table", id);
    return table;
  };
  const described = (table: Table) => ({
    ...table,
    ...{ type: "table", views: [], columns: columns.of(table.id) },
  });
  const list: Route = ({ caller, params, query }) => {
    const base = bases.find(params.base as string);
    requireRole(store, caller, base.id, "viewer");
    const tables = store.all("table").filter((one) => one.base_id === base.id);
    const all = query.get("includeM2M") === "true";
    return onePage(tables.filter(({ mm }) => all || !mm).map((table) => ({ ...table, type: "table" })));
  };
  const sourceOf = (base: string, id: string | undefined): Source => {
    const source = bases.sourcesOf(base).find((one) => (id ? one.id === id : one.is_meta));
    if (!source) throw missing("Source", String(id));
    return source;
  };
  const requireFree = (base: string, source: string, { title, table_name }: Body) => {
    const others = store.all("table").filter((one) => one.base_id === base && one.source_id === source);
    if (others.some((one) => one.title === title)) throw duplicate("table alias", title, `base '${base}'`);
    if (others.some((one) => one.table_name === table_name))
      throw duplicate("table name", table_name, `base '${base}'`);
  };
  const create: Route = async ({ caller, params, body }) => {
    const base = bases.find(params.base as string);
    requireRole(store, caller, base.id, "creator");
    onlyKeys(body, ["title", "table_name", "description", "columns"]);
    if (!body?.title || !body.table_name || !Array.isArray(body.columns)) throw badBody("Invalid request body");
    const source = sourceOf(base.id, params.source);
    requireFree(base.id, source.id, body);
    const { title, table_name, description = null } = body;
    const table: Table = {
      id: newId("m"),
      base_id: base.id,
      source_id: source.id,
      table_name,
      title,
      description,
      mm: false,
      created_at: now(),
    };
    const given = (body.columns as Body[]).filter(({ uidt }) => uidt !== "ID");
    const key = (body.columns as Body[]).find(({ uidt }) => uidt === "ID") ?? { title: "Id", column_name: "id" };
    const system = SYSTEM.map(([title, column_name, uidt]) => ({ title, column_name, uidt }));
    const made = [{ ...key, uidt: "ID" }, ...system, ...given].map((one, at) => newColumn(table, one, at + 1));
    const display = made.find(({ pv }) => pv) ?? made[SYSTEM.length + 1];
    if (display) display.pv = true;
    await createTable(source, table, made);
    await store.put("column", ...made);
    await store.put("table", table);
    return described(table);
  };
  const createTable = async (source: Source, table: Table, made: Column[]): Promise<void> => {
    const { pool, schema } = store.place(source);
    const name = `${identifier(schema)}.${identifier(table.table_name)}`;
    const parts = made.map((column) =>
      column.pk ? `${identifier(column.column_name as string)} serial primary key` : columns.definition(column),
    );
    const order = identifier(`${table.table_name}_order_idx`.slice(0, 63));
    await pool.query(`create table ${name} (${parts.join(", ")}); create index ${order} on ${name} (nc_order)`);
    if (made.some(({ unique }) => unique))
      await columns.makeUnique(
        source,
        table,
        made.filter(({ unique }) => unique),
      );
  };
  const get: Route = ({ caller, params }) => {
    const table = find(params.table as string);
    requireRole(store, caller, table.base_id, "viewer");
    return described(table);
  };
  const update: Route = async ({ caller, params, body }) => {
    const table = find(params.table as string);
    requireRole(store, caller, table.base_id, "creator");
    onlyKeys(body, ["title", "table_name", "description", "meta"]);
    if ("meta" in body || "description" in body) {
      await store.put("table", { ...table, description: body.description ?? table.description });
      return true;
    }
    const { table_name, title } = body;
    if (!table_name) throw badBody("Missing table name `table_name` property in request body");
    // As in NocoDB, the table's own name and title count as taken.
    requireFree(table.base_id, table.source_id, { table_name });
    requireFree(table.base_id, table.source_id, { title });
    const { pool, schema } = store.place(sourceOf(table.base_id, table.source_id));
    await pool.query(
      `alter table ${identifier(schema)}.${identifier(table.table_name)} rename to ${identifier(table_name)}`,
    );
    await store.put("table", { ...table, title, table_name });
    return { msg: "The table has been updated successfully" };
  };
  const remove: Route = async ({ caller, params }) => {
    const table = find(params.table as string);
    requireRole(store, caller, table.base_id, "creator");
    await columns.removeLinksOf(table);
    const source = sourceOf(table.base_id, table.source_id);
    const { pool, schema } = store.place(source);
    await pool.query(`drop table if exists ${identifier(schema)}.${identifier(table.table_name)}`);
    await forget(table);
    return true;
  };
  const forget = async (table: Table): Promise<void> => {
    await store.remove("column", ...columns.of(table.id).map(({ id }) => id));
    await store.remove(
      "hook",
      ...store
        .all("hook")
        .filter((one) => one.fk_model_id === table.id)
        .map(({ id }) => id),
    );
    await store.remove("table", table.id);
  };
  return {
    find,
    forget,
    sourceOf: (table: Table): Source => sourceOf(table.base_id, table.source_id),
    routes: {
      "/api/v2/meta/bases/:base/tables": { GET: list, POST: create },
      "/api/v2/meta/bases/:base/:source/tables": { POST: create },
      "/api/v2/meta/tables/:table": { GET: get, PATCH: update, DELETE: remove },
      "/api/v3/meta/bases/:base/tables/:table": { DELETE: remove },
    } satisfies Record<string, Record<string, Route>>,
  };
}
