import { withPostgres } from "../../lib/postgres/connect.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type RestoredCollection, restoreCollection } from "../../lib/qdrant/restore.ts";
import { type Postgresql, type Qdrant, resource } from "../../lib/resources.ts";

/**
 * Restores a project's collection of vectors from a backup, and says so after counting its points again. A collection
 * that has points is replaced only when `confirm` names it.
 * @param project Name of the project, for example "shop".
 * @param collection Name of the collection within the project, for example "docs".
 * @param backup Id of the backup, from backup_collection or get_collection; the newest one when left out.
 * @param confirm The collection's name, to replace the points that it has now.
 * @param qdrant The vector store.
 * @param db The server's Postgres, which keeps the backup.
 */
export async function main(
  project: string,
  collection: string,
  backup = "",
  confirm = "",
  qdrant: Qdrant = "$res:f/infra/qdrant",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<RestoredCollection> {
  const asked = { project, collection, backup, confirm };
  const [server, postgres] = [await resource(qdrant), await resource(db)];
  return withPostgres(postgres, (sql) =>
    withQdrant(server, (client, http) => restoreCollection({ sql, qdrant: client, http }, asked)),
  );
}
