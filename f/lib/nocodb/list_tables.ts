import type { Sql } from "../postgres/connect.ts";
import { requireBase } from "./base.ts";
import type { Nocodb } from "./client.ts";
import { readTables } from "./metadata.ts";
import { describeTable, type TableItem } from "./table_item.ts";
import { withUniques } from "./unique.ts";

export type TableList = { project: string; base: string; items: TableItem[] };

/** All tables of a project's base with their fields, by title. Throws NotFound for a project without a base. */
export async function listTables({ sql, nocodb }: { sql: Sql; nocodb: Nocodb }, name: string): Promise<TableList> {
  const base = await requireBase(nocodb, name);
  const tables = await readTables(nocodb, base);
  const titles = new Map(tables.map(({ id, title }) => [id, title]));
  const items: TableItem[] = [];
  for (const table of tables) items.push(describeTable(await withUniques(sql, base, table), (id) => titles.get(id)));
  return { project: base.project, base: base.id, items };
}
