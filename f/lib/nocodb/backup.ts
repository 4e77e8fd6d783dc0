import { randomUUID } from "node:crypto";
import { ConflictError } from "../errors.ts";
import { withTables } from "../operations/tables.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Base } from "./base.ts";
import { type Nocodb, path } from "./client.ts";
import type { Table } from "./metadata.ts";
import { recordPages } from "./record_pages.ts";

export type Backup = { id: string; records: number };

/**
 * Copies a table into `run8n.nocodb_dump`: what NocoDB knows of its fields, and every record with the records it is linked
 * to, a thousand per row of `run8n.nocodb_dump_part`. Only a copy that holds as many records as the table has, before and
 * after, is marked complete; others are no backup. Throws Conflict when the table is written to meanwhile.
 */
export async function backupTable(
  { sql, nocodb }: { sql: Sql; nocodb: Nocodb },
  base: Base,
  table: Table,
): Promise<Backup> {
  const id = `${base.project}/${table.table_name}/${randomUUID()}`;
  const count = async () =>
    (await nocodb.get<{ count: number }>(path`/api/v3/data/${base.id}/${table.id}/count`)).count;
  const before = await count();
  await withTables(sql, () =>
    sql.query("insert into run8n.nocodb_dump (id, project, structure) values ($1, $2, $3)", [
      id,
      base.project,
      JSON.stringify(table),
    ]),
  );
  let records = 0;
  let part = 0;
  for await (const page of recordPages(nocodb, base, table, { withLinks: true })) {
    await sql.query("insert into run8n.nocodb_dump_part (dump, part, records) values ($1, $2, $3)", [
      id,
      part++,
      JSON.stringify(page),
    ]);
    records += page.length;
  }
  if (records !== before || before !== (await count())) {
    await sql.query("delete from run8n.nocodb_dump where id = $1", [id]);
    throw new ConflictError(`Table ${table.title} is being written to, so no backup of it holds all records`, {
      hint: "Stop what writes to it, then call again; nothing was changed.",
      retryable: true,
      details: { table: table.title },
    });
  }
  await sql.query("update run8n.nocodb_dump set complete = true, records = $2 where id = $1", [id, records]);
  return { id, records };
}
