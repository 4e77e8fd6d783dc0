import type { OpenAI } from "../openai/client.ts";
import { type Embed, embedder } from "../openai/embed.ts";
import type { Sql } from "../postgres/connect.ts";
import type { QdrantClient } from "../qdrant/client.ts";
import type { Web } from "../web/retrieve.ts";
import { type Index, requireIndex } from "./index_record.ts";
import { type BatchResult, ingestBatch } from "./ingest_batch.ts";
import { spend } from "./runs.ts";
import type { OpenStorage } from "./sources/files.ts";
import { loader } from "./sources/load.ts";

/** One batch as a job does it: with connections of its own, and the budget that all jobs of the run share. */
export async function workOnBatch(
  ports: { sql: Sql; qdrant: QdrantClient; openai: OpenAI; web: Web; storage?: OpenStorage },
  asked: { project: string; index: string; run: number; batch: number },
): Promise<BatchResult> {
  const { sql, qdrant, openai, web, storage } = ports;
  const index = await requireIndex(sql, asked.project, asked.index);
  const embed = embedderOf(openai, index, (tokens) => spend(sql, index, asked.run, tokens));
  return ingestBatch({ sql, qdrant, embed, load: loader(web, storage) }, index, asked);
}

/** The embedder that an index's vectors are from. */
export function embedderOf(client: OpenAI, { settings }: Index, spend?: (tokens: number) => Promise<void>): Embed {
  const { model, dimensions } = settings;
  return embedder({ client, model, dimensions, ...(spend ? { spend } : {}) });
}

/** The same by the names of project and index. */
export async function embedderFor(
  sql: Sql,
  client: OpenAI,
  { project, index }: { project: string; index: string },
): Promise<Embed> {
  return embedderOf(client, await requireIndex(sql, project, index));
}
