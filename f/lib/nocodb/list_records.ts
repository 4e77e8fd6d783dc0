import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import type { Page } from "../page.ts";
import { type Base, requireBase } from "./base.ts";
import { inBatches } from "./batches.ts";
import type { Nocodb } from "./client.ts";
import { requireTable, type Table } from "./metadata.ts";
import { keyOf, PAGE, type RecordRow, recordsPath } from "./record_pages.ts";

export type RecordItem = { id: number | string; fields: Record<string, unknown> };

const MAX_LIMIT = 10_000;

type Asked = {
  project: string;
  table: string;
  where?: string | null;
  sort?: string | null;
  fields?: string[] | null;
  limit?: number | null;
  cursor?: string | null;
};

/**
 * Records of a table, filtered and sorted by NocoDB, up to ten thousand at once. `nextCursor` is there when more follow;
 * pass it with the same limit. Throws InvalidInput for a filter, a field or a cursor that is none, NotFound.
 */
export async function listRecords(nocodb: Nocodb, asked: Asked): Promise<Page<RecordItem>> {
  const limit = limitOf(asked.limit);
  const page = pageOf(asked.cursor, limit);
  const base = await requireBase(nocodb, asked.project);
  const table = await requireTable(nocodb, base, asked.table);
  const selection = {
    where: filterText(asked.where),
    sort: sortText(table, asked.sort),
    fields: asked.fields?.length
      ? asked.fields.map((name) => columnOf(table, name, "fields").title).join(",")
      : undefined,
  };
  const size = Math.min(limit, PAGE);
  const perPage = Math.ceil(limit / PAGE);
  const pages = Array.from({ length: perPage }, (_, at) => (page - 1) * perPage + at + 1);
  // The first alone: most lists end with it.
  const first = await readPage(nocodb, base, table, { ...selection, page: pages[0] as number, size });
  const rest =
    first.length < size
      ? []
      : await inBatches(pages.slice(1), 1, ([at]) =>
          readPage(nocodb, base, table, { ...selection, page: at as number, size }),
        );
  const items = [...first, ...rest];
  const more =
    items.length === limit &&
    (await readPage(nocodb, base, table, { ...selection, page: page * limit + 1, size: 1 })).length > 0;
  return more ? { items, nextCursor: `${page + 1}.${limit}` } : { items };
}

type Slice = { where?: string; sort: string; fields?: string; page: number; size: number };

async function readPage(nocodb: Nocodb, base: Base, table: Table, { size, ...query }: Slice): Promise<RecordItem[]> {
  const { records } = await nocodb.get<{ records: RecordRow[] }>(recordsPath(base, table), {
    ...query,
    pageSize: size,
  });
  return records.map(({ id, fields }) => ({ id, fields }));
}

function limitOf(value: unknown): number {
  const limit = value ?? 100;
  const isWhole = typeof limit === "number" && Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT;
  if (isWhole && (limit <= PAGE || limit % PAGE === 0)) return limit;
  throw new InvalidInputError(
    `limit must be a whole number from 1 to ${PAGE}, or a multiple of it up to ${MAX_LIMIT}`,
    {
      hint: "Leave it out for 100.",
      details: { argument: "limit" },
    },
  );
}

function pageOf(cursor: unknown, limit: number): number {
  if (cursor === undefined || cursor === null || cursor === "") return 1;
  const [, page, of] = (typeof cursor === "string" && /^([1-9]\d{0,8})\.(\d{1,5})$/.exec(cursor)) || [];
  if (page && Number(of) === limit) return Number(page);
  throw new InvalidInputError("The cursor is not one that a page of this list with the same limit gave", {
    hint: "Pass nextCursor of the page before together with its limit, or none for the first page.",
    details: { argument: "cursor" },
  });
}

/** NocoDB's v3 takes `isnot` and then lets everything through. */
export function filterText(where: unknown): string | undefined {
  if (where === undefined || where === null || where === "") return undefined;
  if (typeof where === "string" && where.length <= 5000 && /^(\(|~not)/.test(where) && !/,\s*isnot\s*,/.test(where))
    return where;
  throw new InvalidInputError(`where must be a filter of NocoDB's without isnot; got ${describe(where)}`, {
    hint: 'Write it as "(State,eq,paid)~and(Total,gt,10)"; use notnull, notblank or ~not(...) in place of isnot.',
    details: { argument: "where" },
  });
}

/** `-Total,Name`, then the key, so that pages do not overlap. */
function sortText(table: Table, sort: unknown): string {
  const names = sort === undefined || sort === null || sort === "" ? [] : String(sort).split(",");
  const given = names.map((name) => ({
    field: columnOf(table, name.trim().replace(/^-/, ""), "sort").id,
    direction: name.trim().startsWith("-") ? "desc" : "asc",
  }));
  return JSON.stringify([...given, { field: keyOf(table).id, direction: "asc" }]);
}

function columnOf(table: Table, name: unknown, argument: string) {
  const found = table.columns.find((one) => one.title === name || one.column_name === name);
  if (found) return found;
  throw new InvalidInputError(`${argument} names a field that table ${table.title} lacks`, {
    hint: "See f/infra/nocodb/list_tables for its fields.",
    details: { argument },
  });
}
