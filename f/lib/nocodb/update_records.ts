import { InvalidInputError, NotFoundError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { requireBase } from "./base.ts";
import { inBatches } from "./batches.ts";
import { type Nocodb, path } from "./client.ts";
import { halfWay, LONG, readList, V2_BATCH } from "./create_records.ts";
import { type Column, isLink, requireTable } from "./metadata.ts";
import { type Fields, readFields, recordId } from "./record_fields.ts";
import { existingIds } from "./record_keys.ts";
import { keyOf } from "./record_pages.ts";
import { setLinks } from "./set_links.ts";

export type UpdatedRecords = { project: string; table: string; updated: number };

type Row = { id: number | string; fields: Fields };

/**
 * Changes the named fields of records, a hundred per call and some calls at once; other fields stay. Nothing is changed
 * when one of the records is not there. Throws InvalidInput, NotFound with the missing ids, TooLarge.
 */
export async function updateRecords(
  { sql, nocodb }: { sql: Sql; nocodb: Nocodb },
  { project: name, table: title, records }: { project: string; table: string; records: unknown },
): Promise<UpdatedRecords> {
  const base = await requireBase(nocodb, name);
  const { project } = base;
  const table = await requireTable(nocodb, base, title);
  const rows = readList(records, "records").map((one, at): Row => {
    const { id, fields, ...others } = (one ?? {}) as Partial<Row>;
    const where = `records[${at}]`;
    if (Object.keys(others).length > 0) throw notApart(where);
    return { id: recordId(id, `${where}.id`), fields: readFields(table, fields, `${where}.fields`) };
  });
  const logged = { project, table: table.title, records: rows.length };
  return operate({ sql, verb: "infra/nocodb/update_records", project, arguments: logged, ...LONG }, async () => {
    const ids = rows.map(({ id }) => id);
    const found = await existingIds({ nocodb, base }, table, ids);
    const missing = ids.filter((id) => !found.has(String(id)));
    if (missing.length > 0) throw notThere(table.title, missing);
    const links = table.columns.filter(isLink);
    const key = keyOf(table).title;
    await inBatches(rows, V2_BATCH, async (batch) => {
      const stored = batch.map(({ id, fields }) => ({ ...withoutLinks(fields, links), [key]: id }));
      await nocodb.patch(path`/api/v2/tables/${table.id}/records`, stored);
      for (const { id, fields } of batch)
        for (const link of links)
          if (fields[link.title] !== undefined) await setLinks(nocodb, table, link, id, idsOf(fields[link.title]));
      return batch;
    }).catch((failure) => {
      throw halfWay(failure, "updated");
    });
    return { project, table: table.title, updated: rows.length };
  });
}

const withoutLinks = (fields: Fields, links: Column[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([title]) => !links.some((link) => link.title === title)));

const idsOf = (value: unknown): (number | string)[] => (value as { id: number | string }[]).map(({ id }) => id);

const notApart = (at: string): InvalidInputError =>
  new InvalidInputError(`${at} must be {"id": ..., "fields": {...}} and nothing else`, {
    hint: "Put what is to change into fields.",
    details: { argument: "records" },
  });

const notThere = (table: string, missing: (number | string)[]): NotFoundError =>
  new NotFoundError(`Table ${table} lacks ${missing.length} of these records`, {
    hint: "Leave out the ids in details.missing; nothing was changed.",
    details: { missing: missing.slice(0, 100) },
  });
