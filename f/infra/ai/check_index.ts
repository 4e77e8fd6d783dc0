import { checkIndex, type IndexReport } from "../../lib/ai/check.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type Postgresql, type Qdrant, resource, type S3 } from "../../lib/resources.ts";
import { publicWeb } from "../../lib/web/retrieve.ts";

/**
 * Compares an index with its sources and with what Qdrant really holds, chunk by chunk, and reports what is missing, stale
 * or left over, with advice. Changes nothing.
 * @param project Name of the project, for example "shop".
 * @param index Name of the index.
 * @param read Also reads pages on the web and files, to find those that have changed; else they are only listed.
 * @param qdrant The vector store.
 * @param db The server's Postgres.
 * @param storage The object store, for a source of files.
 */
export async function main(
  project: string,
  index: string,
  read = false,
  qdrant: Qdrant = "$res:f/infra/qdrant",
  db: Postgresql = "$res:f/infra/postgres",
  storage: S3 = "$res:f/infra/storage",
): Promise<IndexReport> {
  const [store, postgres] = [await resource(qdrant), await resource(db)];
  return withPostgres(postgres, (sql) =>
    withQdrant(store, (client) =>
      checkIndex(
        { sql, qdrant: client, web: publicWeb(), storage: () => resource(storage) },
        { project, index, read: read ?? false },
      ),
    ),
  );
}
