import { endIngestion, type IngestResult } from "../../lib/ai/finish_run.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type Postgresql, type Qdrant, resource } from "../../lib/resources.ts";

/**
 * Ends an ingestion: takes out what its source has no more, reads back what Qdrant holds of it, and says how it went. The
 * last step of the flow f/api/ai/ingest_documents. `succeeded` means that every chunk was found as it must be.
 * @param project Name of the project, for example "shop".
 * @param index Name of the index.
 * @param run Number of the run, from run_ingestion.
 * @param qdrant The vector store.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  index: string,
  run: number,
  qdrant: Qdrant = "$res:f/infra/qdrant",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<IngestResult> {
  const [store, postgres] = [await resource(qdrant), await resource(db)];
  return withPostgres(postgres, (sql) =>
    withQdrant(store, (client) => endIngestion({ sql, qdrant: client }, { project, index, run })),
  );
}
