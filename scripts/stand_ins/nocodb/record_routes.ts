import { type Caller, type Role, requireRole } from "./access.ts";
import type { columnsOf } from "./columns.ts";
import { isLink } from "./field_types.ts";
import type { hooksOf } from "./hooks.ts";
import type { linkRowsOf } from "./link_rows.ts";
import type { linksOf } from "./links.ts";
import type { Column, Table } from "./metadata.ts";
import { badBody, missing, tooMany } from "./refused.ts";
import type { rowsOf, Sort } from "./rows.ts";
import type { Body, Route } from "./serve.ts";
import type { Store } from "./store.ts";
import type { tablesOf } from "./tables.ts";
import { recordV3, rowV2 } from "./values.ts";

const V2_LIMIT = 100;
const V3_LIMIT = 10;
const MAX_PAGE = 1000;

type Parts = {
  store: Store;
  tables: ReturnType<typeof tablesOf>;
  columns: ReturnType<typeof columnsOf>;
  links: ReturnType<typeof linksOf>;
  rows: ReturnType<typeof rowsOf>;
  linkRows: ReturnType<typeof linkRowsOf>;
  hooks: ReturnType<typeof hooksOf>;
};

/** Records, as v2 (up to a hundred per call, keys among the fields) and v3 (up to ten, keys beside them) speak of them. */
export function recordsOf({ store, tables, columns, links, rows, linkRows, hooks }: Parts) {
  const open = (caller: Caller, id: string, role: Role): Table => {
    const table = tables.find(id);
    requireRole(store, caller, table.base_id, role);
    return table;
  };
  const related = (column: Column) => {
    const table = column.colOptions?.fk_related_model_id as string;
    const key = links.keyOf(tables.find(table));
    return { key, display: columns.of(table).find(({ pv }) => pv) ?? key };
  };
  const whole = (text: string | null, fallback: number) =>
    text && Number.isInteger(Number(text)) ? Number(text) : fallback;
  const listing = (query: URLSearchParams, sort: Sort[]) => {
    const limit = Math.min(Math.max(whole(query.get("limit") ?? query.get("pageSize"), 25), 1), MAX_PAGE);
    const page = Math.max(whole(query.get("page"), 1), 1);
    const offset = query.has("offset") ? whole(query.get("offset"), 0) : (page - 1) * limit;
    const fields = query.get("fields")?.split(",");
    return { where: query.get("where") ?? undefined, sort, fields, limit, offset };
  };
  const sortV2 = (text: string | null): Sort[] =>
    (text ?? "")
      .split(",")
      .filter(Boolean)
      .map((one) => ({ field: one.replace(/^-/, ""), direction: one.startsWith("-") ? "desc" : "asc" }));
  const sortV3 = (text: string | null): Sort[] => {
    if (!text) return [];
    try {
      return [JSON.parse(text)].flat().map(({ field, direction = "asc" }) => ({ field, direction }));
    } catch {
      throw badBody(
        `Query parameter 'sort' needs to a JSON string in format of [{"field": "fieldId", "direction": "asc"}]`,
      );
    }
  };
  const many = (body: Body, limit: number): Body[] => {
    const list = Array.isArray(body) ? body : [body ?? {}];
    if (list.length > limit) throw tooMany(limit);
    return list;
  };
  const keyIn = (table: Table, record: Body): unknown => {
    const key = links.keyOf(table);
    const value = record?.[key.title] ?? record?.[key.id];
    if (value === undefined) throw badBody("Primary key is required");
    return value;
  };
  const fetched = async (table: Table, keys: unknown[]) => {
    const found = await rows.list(table, { keys });
    const records = found.rows.map((row) => recordV3(found.columns, row, related));
    return keys.flatMap((key) => records.filter(({ id }) => String(id) === String(key)));
  };
  const told = hooks.telling(async (table, keys) => {
    const found = await rows.list(table, { keys });
    return found.rows.map((row) => rowV2(found.columns, row, related));
  });

  const listV2: Route = async ({ caller, params, query }) => {
    const table = open(caller, params.table as string, "viewer");
    const asked = listing(query, sortV2(query.get("sort")));
    const [found, totalRows] = await Promise.all([rows.list(table, asked), rows.count(table, asked)]);
    const { limit: pageSize, offset } = asked;
    const pageInfo = {
      totalRows,
      page: Math.floor(offset / pageSize) + 1,
      pageSize,
      isFirstPage: offset === 0,
      isLastPage: offset + pageSize >= totalRows,
    };
    return { list: found.rows.map((row) => rowV2(found.columns, row, related)), pageInfo };
  };
  const getV2: Route = async ({ caller, params, query }) => {
    const table = open(caller, params.table as string, "viewer");
    const found = await rows.list(table, { keys: [params.record], fields: query.get("fields")?.split(",") });
    if (!found.rows[0]) throw missing("Record", params.record as string);
    return rowV2(found.columns, found.rows[0], related);
  };
  const insertV2: Route = async ({ caller, params, body }) => {
    const table = open(caller, params.table as string, "editor");
    const key = links.keyOf(table).title;
    const records = many(body, V2_LIMIT);
    const keys = await told(table, "insert", [], () => rows.insert(table, records));
    const answer = keys.map((one) => ({ [key]: one }));
    return Array.isArray(body) ? answer : answer[0];
  };
  const updateV2: Route = async ({ caller, params, body }) => {
    const table = open(caller, params.table as string, "editor");
    const records = many(body, V2_LIMIT);
    const keys = records.map((record) => keyIn(table, record));
    await rows.requireAll(table, keys);
    await told(table, "update", keys, async () => {
      for (const [at, record] of records.entries()) await rows.update(table, keys[at], record);
      return keys;
    });
    return keys.map((one) => ({ [links.keyOf(table).title]: one }));
  };
  const deleteV2: Route = async ({ caller, params, body }) => {
    const table = open(caller, params.table as string, "editor");
    const keys = many(body, V2_LIMIT).map((record) => keyIn(table, record));
    await rows.requireAll(table, keys);
    await told(table, "delete", keys, async () => {
      await linkRows.release(table, keys);
      await rows.remove(table, keys);
      return keys;
    });
    return keys.map((one) => ({ [links.keyOf(table).title]: one }));
  };
  const countAll: Route = async ({ caller, params, query }) => ({
    count: await rows.count(open(caller, params.table as string, "viewer"), { where: query.get("where") ?? undefined }),
  });

  const listV3: Route = async ({ caller, params, query }) => {
    const table = open(caller, params.table as string, "viewer");
    const asked = listing(query, sortV3(query.get("sort")));
    const nested = query.get("linksAsLtar") === "true";
    const found = await rows.list(table, { ...asked, nested, limit: asked.limit + 1 });
    const records = found.rows.slice(0, asked.limit).map((row) => recordV3(found.columns, row, related));
    const more = found.rows.length > asked.limit;
    return { records, ...(more ? { next: `?page=${asked.offset / asked.limit + 2}` } : {}), nestedNext: null };
  };
  const linksIn = (table: Table, fields: Body): [Column, unknown[]][] =>
    columns
      .of(table.id)
      .filter((one) => isLink(one.uidt) && fields?.[one.title] !== undefined)
      .map((one) => [one, [fields[one.title] ?? []].flat().map((linked: Body) => linked.id)]);
  const onlyFields = (records: Body[]) => {
    for (const [at, record] of records.entries()) {
      const others = Object.keys(record).filter((key) => key !== "id" && key !== "fields");
      if (others.length)
        throw badBody(
          `Properties ${others.map((one) => `'${one}'`).join(",")} on index ${at} is not allowed. All record parameters need to be put inside 'fields' property`,
        );
    }
  };
  const insertV3: Route = async ({ caller, params, body }) => {
    const table = open(caller, params.table as string, "editor");
    const records = many(body, V3_LIMIT);
    onlyFields(records);
    const keys = await told(table, "insert", [], async () => {
      const made = await rows.insert(
        table,
        records.map(({ fields }) => fields ?? {}),
      );
      for (const [at, { fields }] of records.entries())
        for (const [link, linked] of linksIn(table, fields)) await linkRows.replace(table, link, made[at], linked);
      return made;
    });
    return { records: await fetched(table, keys) };
  };
  const updateV3: Route = async ({ caller, params, body }) => {
    const table = open(caller, params.table as string, "editor");
    const records = many(body, V3_LIMIT);
    onlyFields(records);
    const keys = records.map(({ id }) => id);
    await rows.requireAll(table, keys);
    await told(table, "update", keys, async () => {
      for (const { id, fields } of records) {
        await rows.update(table, id, fields ?? {});
        for (const [link, linked] of linksIn(table, fields)) await linkRows.replace(table, link, id, linked);
      }
      return keys;
    });
    return { records: await fetched(table, keys) };
  };
  return {
    "/api/v2/tables/:table/records": { GET: listV2, POST: insertV2, PATCH: updateV2, DELETE: deleteV2 },
    "/api/v2/tables/:table/records/count": { GET: countAll },
    "/api/v2/tables/:table/records/:record": { GET: getV2 },
    "/api/v3/data/:base/:table/records": { GET: listV3, POST: insertV3, PATCH: updateV3 },
    "/api/v3/data/:base/:table/count": { GET: countAll },
  } satisfies Record<string, Record<string, Route>>;
}
