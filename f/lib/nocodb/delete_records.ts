import { InvalidInputError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { requireBase } from "./base.ts";
import { inBatches } from "./batches.ts";
import { type Nocodb, path } from "./client.ts";
import { halfWay, LONG, readList, V2_BATCH } from "./create_records.ts";
import { filterText } from "./list_records.ts";
import { requireTable } from "./metadata.ts";
import { recordId } from "./record_fields.ts";
import { existingIds } from "./record_keys.ts";
import { keyOf, recordPages } from "./record_pages.ts";

export type DeletedRecords = {
  project: string;
  table: string;
  /** How many of the records are there. */
  found: number;
  deleted: number;
  status: "deleted" | "absent" | "planned";
};

type Asked = { project: string; table: string; ids?: unknown; where?: string | null; dryRun?: boolean | null };

/**
 * Deletes records by their ids or by a filter, a hundred per call. Those that are gone already are no error. Without
 * `dryRun: false` it only counts. Throws InvalidInput unless exactly one of `ids` and `where` is given.
 */
export async function deleteRecords(
  { sql, nocodb }: { sql: Sql; nocodb: Nocodb },
  { project: name, table: title, ids, where, dryRun }: Asked,
): Promise<DeletedRecords> {
  const given = Array.isArray(ids) && ids.length === 0 && where ? undefined : (ids ?? undefined);
  if ((given === undefined) === !where)
    throw new InvalidInputError("Either ids or where must be given, and not both", {
      hint: 'Pass ids such as [1, 2], or a filter such as where "(State,eq,done)".',
      details: { argument: "ids" },
    });
  const base = await requireBase(nocodb, name);
  const { project } = base;
  const table = await requireTable(nocodb, base, title);
  const wanted = given === undefined ? [] : readList(given, "ids").map((one, at) => recordId(one, `ids[${at}]`));
  const filter = filterText(where);
  const only = dryRun ?? true;
  const logged = { project, table: table.title, ids: wanted.length, byFilter: filter !== undefined, dryRun: only };
  const find = async (): Promise<string[]> => {
    if (filter === undefined) return [...(await existingIds({ nocodb, base }, table, wanted))];
    const found: string[] = [];
    for await (const page of recordPages(nocodb, base, table, { where: filter }))
      found.push(...page.map(({ id }) => String(id)));
    return found;
  };
  return operate({ sql, verb: "infra/nocodb/delete_records", project, arguments: logged, ...LONG }, async () => {
    const found = await find();
    const answer = { project, table: table.title, found: found.length };
    if (found.length === 0) return { ...answer, deleted: 0, status: "absent" };
    if (only) return { ...answer, deleted: 0, status: "planned" };
    const key = keyOf(table).title;
    await inBatches(found, V2_BATCH, (batch) =>
      nocodb.delete<unknown[]>(
        path`/api/v2/tables/${table.id}/records`,
        batch.map((id) => ({ [key]: id })),
      ),
    ).catch((failure) => {
      throw halfWay(failure, "deleted");
    });
    return { ...answer, deleted: found.length, status: "deleted" };
  });
}
