import { openNocodb } from "../../lib/nocodb/client.ts";
import { listRecords, type RecordItem } from "../../lib/nocodb/list_records.ts";
import type { Page } from "../../lib/page.ts";
import { type Nocodb, resource } from "../../lib/resources.ts";

/**
 * Lists records of a NocoDB table, each as its id and its fields by title, filtered and sorted by NocoDB.
 * @param project Name of the project, for example "shop".
 * @param table Title of the table, or its name in Postgres.
 * @param where A filter in NocoDB's language: (State,eq,paid)~and((Total,gt,10)~or(Name,like,%tea%)). Operators: eq, neq, like, nlike, in, gt, gte, lt, lte, null, notnull, blank, notblank, checked, notchecked, anyof, allof. Quote a value that has a comma or a parenthesis, in quotes that it does not have itself: (Name,eq,"a, b").
 * @param sort Fields to sort by, the last ones first with a minus: -Total,Name.
 * @param fields Titles of the fields to answer; all when empty.
 * @param limit How many to answer, 1 to 1000, or 2000, 3000 ... 10000.
 * @param cursor `nextCursor` of the page before, with the same limit.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  table: string,
  where = "",
  sort = "",
  fields: string[] = [],
  limit = 100,
  cursor = "",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<Page<RecordItem>> {
  const api = openNocodb(await resource(nocodb));
  return listRecords(api, { project, table, where, sort, fields, limit, cursor });
}
