import type { OpenAI } from "../openai/client.ts";
import { embedder } from "../openai/embed.ts";
import type { Sql } from "../postgres/connect.ts";
import type { QdrantClient } from "../qdrant/client.ts";
import type { Web } from "../web/fetch.ts";
import { requireIndex } from "./index_record.ts";
import { type BatchResult, ingestBatch } from "./ingest_batch.ts";
import { spend } from "./runs.ts";
import { loader } from "./sources/load.ts";

/** One batch as a job does it: with connections of its own, and the budget that all jobs of the run share. */
export async function workOnBatch(
  { sql, qdrant, openai, web }: { sql: Sql; qdrant: QdrantClient; openai: OpenAI; web: Web },
  asked: { project: string; index: string; run: number; batch: number },
): Promise<BatchResult> {
  const index = await requireIndex(sql, asked.project, asked.index);
  const { model, dimensions } = index.settings;
  const embed = embedder({
    client: openai,
    model,
    dimensions,
    spend: (tokens) => spend(sql, index, asked.run, tokens),
  });
  return ingestBatch({ sql, qdrant, embed, load: loader(web) }, index, asked);
}
