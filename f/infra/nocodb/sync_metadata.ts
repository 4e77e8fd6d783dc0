import { openNocodb } from "../../lib/nocodb/client.ts";
import { type SyncedMetadata, syncMetadata } from "../../lib/nocodb/sync_metadata.ts";
import { onTablesOf } from "../../lib/nocodb/tables_database.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Lets NocoDB take over what stands in Postgres after a migration or anybody else has changed it there: new tables and
 * columns appear in the base, gone ones go, changed types are read again. Needs the resource's e-mail and password.
 * @param project Name of the project, for example "shop".
 * @param db The server's Postgres.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<SyncedMetadata> {
  const [server, value] = [await resource(db), await resource(nocodb)];
  return withPostgres(server, (sql) =>
    syncMetadata({ sql, nocodb: openNocodb(value), onTables: onTablesOf(server, value) }, project),
  );
}
