import type { Base } from "./base.ts";
import { type Nocodb, path } from "./client.ts";
import type { Column, Table } from "./metadata.ts";

/** A record as v3 has it: the key beside the fields, these by title. */
export type RecordRow = { id: number | string; fields: Record<string, unknown> };

/** The most that NocoDB answers in one call. */
export const PAGE = 1000;

export type Selection = { where?: string; sort?: string; fields?: string };

/** All records of a table in the order of their keys, a page at a time, so that no more than one is held. */
export async function* recordPages(
  nocodb: Nocodb,
  base: Base,
  table: Table,
  { withLinks = false, where }: { withLinks?: boolean; where?: string } = {},
): AsyncGenerator<RecordRow[]> {
  const sort = JSON.stringify([{ field: keyOf(table).id, direction: "asc" }]);
  for (let page = 1; ; page++) {
    const { records } = await nocodb.get<{ records: RecordRow[] }>(recordsPath(base, table), {
      ...{ pageSize: PAGE, page, sort, where },
      ...(withLinks ? { linksAsLtar: "true" } : {}),
    });
    if (records.length > 0) yield records;
    if (records.length < PAGE) return;
  }
}

export const recordsPath = (base: Base, table: Table): string => path`/api/v3/data/${base.id}/${table.id}/records`;

export const keyOf = (table: Table): Column => table.columns.find(({ pk }) => pk) ?? (table.columns[0] as Column);
