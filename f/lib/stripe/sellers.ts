import { OperationError } from "../errors.ts";
import { withTables } from "../operations/tables.ts";
import type { Sql } from "../postgres/connect.ts";

/** Every project of the server that has billing tables, by name; previews only have copies of them, and sell nothing. */
export async function sellers(sql: Sql): Promise<string[]> {
  const { rows } = await withTables(sql, () =>
    sql.query<{ project: string }>(
      `select replace(nspname, '_', '-') as project from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relname = 'billing_migration' and relkind = 'r'
          and exists (select from pg_roles where rolname = nspname || '_owner')
          and not exists (select from run8n.project
                           where name = replace(nspname, '_', '-') and expires_at is not null)
        order by project`,
    ),
  );
  return rows.map(({ project }) => project);
}

export type PerProject<T> = { items: T[]; failed: { project: string; code: string; message: string }[] };

/**
 * Does the work for the named project, or without a name for each that sells, one after the other. Of several, one that
 * fails keeps none of the others from it and is listed; a named one's error is the caller's.
 */
export async function forEachSeller<T>(
  sql: Sql,
  named: string | null | undefined,
  work: (project: string) => Promise<T>,
): Promise<PerProject<T>> {
  if (named) return { items: [await work(named)], failed: [] };
  const items: T[] = [];
  const failed: PerProject<T>["failed"] = [];
  for (const project of await sellers(sql)) {
    try {
      items.push(await work(project));
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      failed.push({ project, code: error.code, message: error.message });
    }
  }
  return { items, failed };
}
