import { withPostgres } from "../../lib/postgres/connect.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type DroppedCollection, dropCollection } from "../../lib/qdrant/drop.ts";
import { type Postgresql, type Qdrant, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Drops a project's collection of vectors after a backup that was checked against its checksum; restore_collection brings
 * it back. Its keys in Windmill are deleted too. Run it again: `status` is then `absent`.
 * @param project Name of the project, for example "shop".
 * @param collection Name of the collection within the project.
 * @param confirm The collection's name once more; anything else is refused.
 * @param maxBytes The largest snapshot to keep, in bytes; a larger one is refused and nothing changes.
 * @param qdrant The vector store.
 * @param db The server's Postgres, which keeps the backup.
 */
export async function main(
  project: string,
  collection: string,
  confirm: string,
  maxBytes = 1_073_741_824,
  qdrant: Qdrant = "$res:f/infra/qdrant",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<DroppedCollection> {
  const asked = { project, collection, confirm, maxBytes };
  const [server, postgres] = [await resource(qdrant), await resource(db)];
  return withPostgres(postgres, (sql) =>
    withQdrant(server, (client, http) =>
      dropCollection({ sql, qdrant: client, http, workspace: jobWorkspace() }, asked),
    ),
  );
}
