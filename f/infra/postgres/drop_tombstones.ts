import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Purged, purgeTombstones } from "../../lib/postgres/purge.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Removes what dropped schemas have left, for good: all tombstones that are older than seven days, each with its roles
 * and its dump. A schedule does so every night. Only lists them unless `dryRun` is false.
 * @param tombstone One tombstone to remove before its time, as list_schemas shows it.
 * @param confirm The name of that tombstone once more; anything else is refused.
 * @param dryRun Whether to only list what would go.
 * @param db The server's Postgres.
 */
export async function main(
  tombstone = "",
  confirm = "",
  dryRun = true,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<Purged> {
  return withPostgres(await resource(db), (sql) => purgeTombstones(sql, { tombstone, confirm, dryRun }));
}
