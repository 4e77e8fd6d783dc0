import { openNocodb } from "../../lib/nocodb/client.ts";
import { type Snapshot, takeSnapshot } from "../../lib/nocodb/snapshot/snapshot.ts";
import { onTablesOf } from "../../lib/nocodb/tables_database.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Writes down a project's NocoDB base for Prisma, so that what was prototyped goes on with migrations: a `schema.prisma`, a
 * baseline migration that equals the live schema and is only recorded (`prisma migrate resolve`, no reset), and a second one
 * that makes enums of choices and foreign keys of links. Changes nothing, and answers the same texts for the same base.
 * @param project Name of the project, for example "shop".
 * @param choices "enum" makes enums of single selects, which NocoDB then shows as plain values; "text" leaves them as they are, for a base that people go on working in.
 * @param db The server's Postgres.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  choices: "enum" | "text" = "enum",
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<Snapshot> {
  const [server, value] = [await resource(db), await resource(nocodb)];
  return takeSnapshot({ nocodb: openNocodb(value), onTables: onTablesOf(server, value) }, { project, choices });
}
