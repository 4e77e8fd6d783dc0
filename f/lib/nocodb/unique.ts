import { ConflictError } from "../errors.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { identifier } from "../postgres/quote.ts";
import { schemaNames } from "../postgres/roles.ts";
import type { Base } from "./base.ts";
import type { TableDefinition } from "./definition.ts";
import type { Table } from "./metadata.ts";

/**
 * NocoDB makes fields unique in its own database only. In a project's schema Postgres does it, on our word, and is asked
 * which columns are; NocoDB's metadata says nothing of it there.
 */
export async function withUniques(sql: Sql, base: Base, table: Table): Promise<Table> {
  if (base.storage === "nocodb") return table;
  const unique = new Set((await uniqueColumns(sql, base, table)).map(({ column }) => column));
  return {
    ...table,
    columns: table.columns.map((one) => ({ ...one, unique: one.column_name !== null && unique.has(one.column_name) })),
  };
}

type Unique = { column: string; constraint: string };

async function uniqueColumns(sql: Sql, base: Base, table: Table): Promise<Unique[]> {
  const { rows } = await sql.query<Unique>(
    `select attname as column, conname as constraint
       from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
      where conrelid = to_regclass($1) and contype = 'u' and array_length(conkey, 1) = 1`,
    [tableName(base, table)],
  );
  return rows;
}

const tableName = (base: Base, table: { table_name: string }): string =>
  `${identifier(base.schema)}.${identifier(table.table_name)}`;

/** Adds and drops unique constraints until the columns of the definition are as it says; others are left alone. */
export async function applyUniques(
  sql: Sql,
  base: Base,
  table: Table,
  definition: Pick<TableDefinition, "fields">,
): Promise<void> {
  if (base.storage === "nocodb") return;
  const found = await uniqueColumns(sql, base, table);
  const statements = definition.fields.flatMap(({ name, unique }) => {
    const has = found.filter(({ column }) => column === name);
    if (name === undefined || (unique ?? false) === has.length > 0) return [];
    const alter = `alter table ${tableName(base, table)}`;
    return unique
      ? [
          `${alter} add constraint ${identifier(`${table.table_name}_${name}_key`.slice(-63))} unique (${identifier(name)})`,
        ]
      : has.map(({ constraint }) => `${alter} drop constraint ${identifier(constraint)}`);
  });
  if (statements.length === 0) return;
  const { owner } = schemaNames(base.project).roles;
  await transaction(sql, () => sql.query([`set local role ${identifier(owner)}`, ...statements].join(";\n"))).catch(
    (error: { code?: string }) => {
      if (error.code !== "23505") throw error;
      throw new ConflictError(`Table ${table.title} has records with the same value in a field that is to be unique`, {
        hint: "Mend those records with update_records, or leave unique out.",
        details: { table: table.title },
      });
    },
  );
}
