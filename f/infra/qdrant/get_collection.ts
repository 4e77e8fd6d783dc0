import { withPostgres } from "../../lib/postgres/connect.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type CollectionWithBackups, getCollection } from "../../lib/qdrant/list.ts";
import { type Postgresql, type Qdrant, resource } from "../../lib/resources.ts";

/**
 * Gets one collection of a project: its points, vectors, indexes, settings, and its backups, newest first.
 * @param project Name of the project, for example "shop".
 * @param collection Name of the collection within the project, for example "docs".
 * @param qdrant The vector store.
 * @param db The server's Postgres, which keeps the backups.
 */
export async function main(
  project: string,
  collection: string,
  qdrant: Qdrant = "$res:f/infra/qdrant",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<CollectionWithBackups> {
  const [server, postgres] = [await resource(qdrant), await resource(db)];
  return withPostgres(postgres, (sql) =>
    withQdrant(server, (client) => getCollection({ sql, qdrant: client }, project, collection)),
  );
}
