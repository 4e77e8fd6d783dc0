import type { Embed } from "../openai/embed.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import type { QdrantClient } from "../qdrant/client.ts";
import type { NewChunk } from "./chunk_points.ts";
import type { Index } from "./index_record.ts";
import {
  announce,
  confirm,
  type DocumentRecord,
  ledgerChunks,
  ledgerDocuments,
  noteSeen,
  recordDocuments,
} from "./ledger.ts";
import { withDocuments } from "./locks.ts";
import { deletePoints, verifyPoints, writePoints } from "./points.ts";
import type { Run } from "./runs.ts";
import { vectorsFor } from "./vector_cache.ts";

export type WritePorts = { sql: Sql; qdrant: QdrantClient; embed: Embed };

/** A document as it was read, to be brought into the index. */
export type ReadDocument = { document: string; hash: string; title: string; chunks: NewChunk[] };

export type Outcome = "ingested" | "unchanged" | "superseded";

/**
 * Brings documents into the index so that it holds exactly their present chunks. What is about to happen is written to the
 * ledger first, then to Qdrant, then read back, then confirmed: whatever is cut off in between, the ledger knows of every
 * point that Qdrant may hold, and the next run puts it right. A document that a later run has read is left to it.
 */
export async function writeDocuments(
  ports: WritePorts,
  index: Index,
  run: Run,
  documents: ReadDocument[],
): Promise<Map<string, Outcome>> {
  const names = documents.map(({ document }) => document);
  return withDocuments(ports.sql, index, run.source, names, async () => {
    const known = await ledgerDocuments(ports.sql, index, run.source, names);
    const outcomes = new Map<string, Outcome>();
    for (const { document, hash } of documents) {
      const found = known.get(document);
      const later = found !== undefined && found.generation > run.id;
      outcomes.set(document, later ? "superseded" : found?.hash === hash ? "unchanged" : "ingested");
    }
    const changed = documents.filter(({ document }) => outcomes.get(document) === "ingested");
    if (changed.length > 0) await bring(ports, index, run, changed);
    const others = names.filter((name) => outcomes.get(name) === "unchanged");
    await noteSeen(ports.sql, index, run.source, run.id, others);
    return outcomes;
  });
}

async function bring(ports: WritePorts, index: Index, run: Run, documents: ReadDocument[]): Promise<void> {
  const { sql, qdrant, embed } = ports;
  const wanted = new Map(documents.flatMap(({ chunks }) => chunks).map((chunk) => [chunk.id, chunk]));
  const held = await ledgerChunks(
    sql,
    index,
    run.source,
    documents.map(({ document }) => document),
  );
  const right = new Set(
    held.filter(({ id, state, status }) => status === "stored" && wanted.get(id)?.state === state).map(({ id }) => id),
  );
  const writing = [...wanted.values()].filter(({ id }) => !right.has(id));
  const removing = held.filter(({ id }) => !wanted.has(id)).map(({ id }) => id);
  await announce(sql, index, { writing, removing });
  const vectors = await vectorsFor(sql, index, embed, writing);
  await writePoints(qdrant, index, writing, vectors, () => run.id);
  await deletePoints(qdrant, index, removing);
  await verifyPoints(qdrant, index, { written: writing, deleted: removing });
  await transaction(sql, async () => {
    await confirm(sql, index, { written: writing.map(({ id }) => id), removed: removing });
    await recordDocuments(sql, index, run.source, run.id, documents.map(recordOf));
  });
}

const recordOf = ({ document, hash, title, chunks }: ReadDocument): DocumentRecord => ({
  document,
  hash,
  title,
  chunks: chunks.length,
  tokens: chunks.reduce((sum, one) => sum + one.tokens, 0),
});

/**
 * Takes documents out of the index, in the same order of steps, but for those that this run or a later one has found in
 * the source. Answers how many it took out.
 */
export async function removeDocuments(
  { sql, qdrant }: Pick<WritePorts, "sql" | "qdrant">,
  index: Index,
  { id, source }: Run,
  candidates: string[],
): Promise<number> {
  return withDocuments(sql, index, source, candidates, async () => {
    const known = await ledgerDocuments(sql, index, source, candidates);
    const documents = candidates.filter((document) => (known.get(document)?.seen ?? 0) < id);
    const removing = (await ledgerChunks(sql, index, source, documents)).map(({ id }) => id);
    await announce(sql, index, { writing: [], removing });
    await deletePoints(qdrant, index, removing);
    await verifyPoints(qdrant, index, { written: [], deleted: removing });
    await transaction(sql, async () => {
      await confirm(sql, index, { written: [], removed: removing });
      await sql.query(`delete from ${index.tables.document} where index = $1 and source = $2 and document = any($3)`, [
        index.name,
        source,
        documents,
      ]);
    });
    return documents.length;
  });
}
