import { type Nocodb, path } from "./client.ts";
import type { Column, Table } from "./metadata.ts";
import { readTable } from "./metadata.ts";
import { keyOf } from "./record_pages.ts";

type Id = number | string;
type Linked = Record<string, Id>;

/**
 * Links a record to exactly these others. By the calls that attach and detach: an update by v3, which takes links too,
 * fails on links to many in the NocoDB that npm has.
 */
export async function setLinks(nocodb: Nocodb, table: Table, link: Column, record: Id, wanted: Id[]): Promise<void> {
  const key = keyOf(await readTable(nocodb, link.colOptions?.fk_related_model_id ?? "")).title;
  const at = path`/api/v2/tables/${table.id}/links/${link.id}/records/${record}`;
  const held = await linkedNow(nocodb, at);
  const ids = new Set(held.map((one) => String(one[key])));
  const kept = new Set(wanted.map(String));
  const gone = held.filter((one) => !kept.has(String(one[key]))).map((one) => ({ [key]: one[key] }));
  const added = wanted.filter((id) => !ids.has(String(id))).map((id) => ({ [key]: id }));
  if (gone.length > 0) await nocodb.delete(at, gone);
  if (added.length > 0) await nocodb.post(at, added);
}

/** A link to one record at most answers the record itself, or nothing. */
async function linkedNow(nocodb: Nocodb, at: string): Promise<Linked[]> {
  const held: Linked[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const answer = await nocodb.get<{ list?: Linked[] } | Linked | null>(at, { limit: PAGE, offset });
    if (answer === null || Object.keys(answer).length === 0) return held;
    if (!("list" in answer) || !Array.isArray(answer.list)) return [answer as Linked];
    held.push(...answer.list);
    if (answer.list.length < PAGE) return held;
  }
}
const PAGE = 1000;
