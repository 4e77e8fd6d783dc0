import type { Base } from "./base.ts";
import { inBatches } from "./batches.ts";
import type { Nocodb } from "./client.ts";
import { filterValue } from "./filter_value.ts";
import type { Column, Table } from "./metadata.ts";
import { keyOf, type RecordRow, recordsPath } from "./record_pages.ts";

/** As many as fit into an address that every proxy takes. */
const PER_CALL = 50;

/** Which of these values a field has in some record, as texts. */
export async function existingKeys(
  { nocodb, base }: { nocodb: Nocodb; base: Base },
  table: Table,
  column: Column,
  values: (string | number)[],
): Promise<Set<string>> {
  const found = await inBatches(values, PER_CALL, async (batch) => {
    const { records } = await nocodb.get<{ records: RecordRow[] }>(recordsPath(base, table), {
      where: `(${column.id},in,${batch.map(filterValue).join(",")})`,
      fields: column.title,
      pageSize: 1000,
    });
    return records.map(({ id, fields }) => String(column.pk ? id : fields[column.title]));
  });
  return new Set(found);
}

/** Which of these ids are records of the table. */
export const existingIds = (
  ports: { nocodb: Nocodb; base: Base },
  table: Table,
  ids: (string | number)[],
): Promise<Set<string>> => existingKeys(ports, table, keyOf(table), ids);
