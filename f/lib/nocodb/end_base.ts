import type { Sql } from "../postgres/connect.ts";
import { identifier } from "../postgres/quote.ts";
import type { Backup } from "./backup.ts";
import { type Base, findBase } from "./base.ts";
import { type Nocodb, path } from "./client.ts";
import { removeTable } from "./drop_table.ts";
import { findIntegration, integrationTitle } from "./integration.ts";
import { tableRows } from "./metadata.ts";
import { removeTokenUser } from "./token_user.ts";

type EndPorts = {
  sql: Sql;
  nocodb: Nocodb;
  /** Works in the database that a base's tables are in. */
  onTables: <T>(base: Base, work: (sql: Sql) => Promise<T>) => Promise<T>;
};

/** How a project's base compares with what it should be; changes nothing. */
export async function baseGap(
  nocodb: Nocodb,
  project: string,
): Promise<"missing" | "elsewhere" | "no login" | undefined> {
  const base = await findBase(nocodb, project);
  if (!base) return "missing";
  if (base.storage === "project_schema") return (await findIntegration(nocodb, project)) ? undefined : "no login";
  const { connectToExternalDB } = await nocodb.get<{ connectToExternalDB?: boolean }>("/api/v2/meta/nocodb/info");
  const stays = connectToExternalDB === false || (await tableRows(nocodb, base)).length > 0;
  return stays ? undefined : "elsewhere";
}

/** What NocoDB has of a project. */
export async function baseRemains(nocodb: Nocodb, project: string): Promise<string[]> {
  const [base, login] = [await findBase(nocodb, project), await findIntegration(nocodb, project)];
  return [...(base ? [`NocoDB base ${base.id}`] : []), ...(login ? [`NocoDB login ${integrationTitle(project)}`] : [])];
}

/**
 * Ends a project's base, the user whose token it has, and the login by which NocoDB reaches the project's schema. Tables in that schema are the schema's
 * and end with it; tables in NocoDB's own database are dropped here, each after a backup. The caller holds the lease.
 */
export async function endBase({ sql, nocodb, onTables }: EndPorts, project: string): Promise<{ backups: Backup[] }> {
  const backups: Backup[] = [];
  const base = await findBase(nocodb, project);
  if (base?.storage === "nocodb") {
    for (const { id } of await tableRows(nocodb, base)) backups.push(await removeTable({ sql, nocodb }, base, id));
    // NocoDB leaves the schema; without `cascade`, since whatever is still in it has no backup.
    await onTables(base, (tables) => tables.query(`drop schema if exists ${identifier(base.schema)}`));
  }
  await removeTokenUser(nocodb, project);
  if (base) await nocodb.delete(path`/api/v3/meta/bases/${base.id}`);
  const login = await findIntegration(nocodb, project);
  // Forced: a base that is deleted is only hidden, and its source still names the login.
  if (login) await nocodb.delete(`${path`/api/v2/meta/integrations/${login}`}?force=true`);
  return { backups };
}
