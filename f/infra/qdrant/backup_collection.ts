import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Backup, backupCollection } from "../../lib/qdrant/backup.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type Postgresql, type Qdrant, resource } from "../../lib/resources.ts";

/**
 * Copies a project's collection of vectors out of Qdrant into the server's Postgres, checked against Qdrant's checksum.
 * Answers the backup's id, which restore_collection takes.
 * @param project Name of the project, for example "shop".
 * @param collection Name of the collection within the project, for example "docs".
 * @param maxBytes The largest snapshot to keep, in bytes; a larger one is refused.
 * @param qdrant The vector store.
 * @param db The server's Postgres, which keeps the backup.
 */
export async function main(
  project: string,
  collection: string,
  maxBytes = 1_073_741_824,
  qdrant: Qdrant = "$res:f/infra/qdrant",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<Backup> {
  const asked = { project, collection, maxBytes };
  const [server, postgres] = [await resource(qdrant), await resource(db)];
  return withPostgres(postgres, (sql) =>
    withQdrant(server, (client, http) => backupCollection({ sql, qdrant: client, http }, asked)),
  );
}
