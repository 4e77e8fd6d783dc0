import type { BatchResult } from "../../lib/ai/ingest_batch.ts";
import { workOnBatch } from "../../lib/ai/work.ts";
import { openaiClient } from "../../lib/openai/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type Openai, type Postgresql, type Qdrant, resource, type S3 } from "../../lib/resources.ts";
import { publicWeb } from "../../lib/web/retrieve.ts";

/**
 * Does one batch of an ingestion: reads its documents, embeds what is new of them, writes it, reads it back. A step of the
 * flow f/api/ai/ingest_documents, whose batches run on as many workers as there are. Call it again after whatever cut it
 * off: what is done is passed over, and what was embedded is not paid for twice.
 * @param project Name of the project, for example "shop".
 * @param index Name of the index.
 * @param run Number of the run, from run_ingestion.
 * @param batch Number of the batch, from run_ingestion.
 * @param qdrant The vector store.
 * @param openai The service that embeds texts.
 * @param db The server's Postgres.
 * @param storage The object store, for a source of files.
 */
export async function main(
  project: string,
  index: string,
  run: number,
  batch: number,
  qdrant: Qdrant = "$res:f/infra/qdrant",
  openai: Openai = "$res:f/infra/openai",
  db: Postgresql = "$res:f/infra/postgres",
  storage: S3 = "$res:f/infra/storage",
): Promise<BatchResult> {
  const [store, service, postgres] = [await resource(qdrant), await resource(openai), await resource(db)];
  return withPostgres(postgres, (sql) =>
    withQdrant(store, (client) =>
      workOnBatch(
        { sql, qdrant: client, openai: openaiClient(service), web: publicWeb(), storage: () => resource(storage) },
        { project, index, run, batch },
      ),
    ),
  );
}
