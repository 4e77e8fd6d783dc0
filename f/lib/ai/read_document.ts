import { chunkDocument } from "../documents/chunk.ts";
import { parseDocument } from "../documents/parse.ts";
import { countTokens } from "../documents/tokens.ts";
import { chunkPoints, SHARED } from "./chunk_points.ts";
import type { Index } from "./index_record.ts";
import { documentHash, type Entry } from "./sources/entry.ts";
import type { Load } from "./sources/load.ts";
import type { ReadDocument } from "./write_documents.ts";

/** Reads a document from wherever it is into the chunks that the index has to hold of it. Throws what is wrong with it. */
export async function readDocument(
  load: Load,
  index: Index,
  { source, document, entry }: { source: string; document: string; entry: Entry },
): Promise<ReadDocument> {
  const { bytes, mediaType, name } = await load(document, entry);
  const hash = documentHash(index.version, bytes, entry);
  const parsed = await parseDocument(bytes, { mediaType, name });
  const title = entry.title ?? (parsed.title || document);
  const { chunkTokens, overlapTokens } = index.settings;
  const sizes = { maxTokens: chunkTokens, overlapTokens };
  const chunks = chunkDocument({ ...parsed, title: entry.title ?? parsed.title }, sizes, countTokens);
  const { url, metadata, tenant = SHARED } = entry;
  const about = { source, document, title, tenant, ...(url ? { url } : {}), ...(metadata ? { metadata } : {}) };
  return { document, hash, title, chunks: chunkPoints(index, about, chunks) };
}
