import { type ReconciledIndex, reconcileIndex } from "../../lib/ai/reconcile.ts";
import { embedderFor } from "../../lib/ai/work.ts";
import { openaiClient } from "../../lib/openai/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type Openai, type Postgresql, type Qdrant, resource } from "../../lib/resources.ts";

/**
 * Makes Qdrant hold exactly what the index's ledger says: writes again what is missing or stale, deletes what nobody knows
 * of, ends what a killed ingestion has left. Uses the vectors that were kept, so it costs nothing unless they are lost. The
 * sources are not read: for a source that has changed, ingest it again.
 * @param project Name of the project, for example "shop".
 * @param index Name of the index.
 * @param qdrant The vector store.
 * @param openai The service that embeds texts, for vectors that are lost.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  index: string,
  qdrant: Qdrant = "$res:f/infra/qdrant",
  openai: Openai = "$res:f/infra/openai",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<ReconciledIndex> {
  const [store, service, postgres] = [await resource(qdrant), await resource(openai), await resource(db)];
  return withPostgres(postgres, (sql) =>
    withQdrant(store, async (client) => {
      const embed = await embedderFor(sql, openaiClient(service), { project, index });
      return reconcileIndex({ sql, qdrant: client, embed }, { project, index });
    }),
  );
}
