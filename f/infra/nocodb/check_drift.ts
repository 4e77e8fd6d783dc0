import { openNocodb } from "../../lib/nocodb/client.ts";
import { checkDrift, type DriftReport } from "../../lib/nocodb/drift/check.ts";
import { onTablesOf } from "../../lib/nocodb/tables_database.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Compares three accounts of a project's database and reports every difference with what puts it right: Prisma's migrations,
 * the live schema, and what NocoDB knows of it. Changes nothing; the migrations are rehearsed in a transaction that is
 * taken back.
 * @param project Name of the project, for example "shop".
 * @param migrations Every folder of prisma/migrations, sorted by name, as for apply_migrations; without them only NocoDB and the live schema are compared.
 * @param db The server's Postgres.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  migrations: { name: string; sql: string }[] = [],
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<DriftReport> {
  const [server, value] = [await resource(db), await resource(nocodb)];
  return checkDrift({ nocodb: openNocodb(value), onTables: onTablesOf(server, value) }, { project, migrations });
}
