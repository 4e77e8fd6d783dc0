import { OperationError } from "../errors.ts";
import { costUsd } from "../openai/prices.ts";
import { hashOf } from "./hash.ts";
import { type Index, requireIndex } from "./index_record.ts";
import { vectorModel } from "./index_settings.ts";
import { ledgerDocuments } from "./ledger.ts";
import { readDocument } from "./read_document.ts";
import { listSource, type SourcePorts } from "./sources/list.ts";
import { loader } from "./sources/load.ts";
import { sourceName, sourceSpec } from "./sources/spec.ts";
import type { ReadDocument } from "./write_documents.ts";

export type IngestPlan = {
  project: string;
  index: string;
  source: string;
  /** Names exactly this plan: the same hash, the same changes. */
  hash: string;
  documents: number;
  unchanged: number;
  changed: number;
  new: number;
  /** Documents of the source that the index has and the source no more. */
  gone: number;
  /** Chunks of all documents that are new or changed, and how many of them have to be embedded. */
  chunks: number;
  chunksToEmbed: number;
  tokensToEmbed: number;
  /** Null for a model whose price is not known. */
  costUsd: number | null;
  failures: { document: string; code: string; message: string }[];
};

const SHOWN_FAILURES = 20;

/**
 * Reads a source as an ingestion would, and says what it would do and cost. Changes nothing and asks no model; pages are
 * fetched. Throws as an ingestion does.
 */
export async function planIngest(
  ports: SourcePorts,
  asked: { project: string; index: string; source: string; spec: unknown },
): Promise<IngestPlan> {
  const source = sourceName(asked.source);
  const spec = sourceSpec(asked.spec);
  const index = await requireIndex(ports.sql, asked.project, asked.index);
  const load = loader(ports.web, ports.storage);
  const plan = { documents: 0, unchanged: 0, changed: 0, new: 0, chunks: 0, chunksToEmbed: 0, tokensToEmbed: 0 };
  const failures: IngestPlan["failures"] = [];
  const seen = new Set<string>();
  const embedded = new Set<string>();
  const changes: string[] = [];
  for await (const { document, entry } of listSource(ports, asked.project, spec)) {
    if (seen.has(document)) continue;
    seen.add(document);
    plan.documents++;
    const read = await readDocument(load, index, { source, document, entry }).catch(failureOf);
    if (!("chunks" in read)) {
      failures.push({ document, ...read });
      continue;
    }
    const known = (await ledgerDocuments(ports.sql, index, source, [document])).get(document);
    if (known?.hash === read.hash) {
      plan.unchanged++;
      continue;
    }
    plan[known ? "changed" : "new"]++;
    plan.chunks += read.chunks.length;
    changes.push(document, read.hash);
    for (const { hash, tokens } of await unpaid(ports, index, read, embedded)) {
      embedded.add(hash);
      plan.chunksToEmbed++;
      plan.tokensToEmbed += tokens;
    }
  }
  const gone = await goneFrom(ports, index, source, seen);
  return {
    project: index.project,
    index: index.name,
    source,
    hash: hashOf(index.version, ...changes, ...gone),
    ...plan,
    gone: gone.length,
    costUsd: costUsd(index.settings.model, plan.tokensToEmbed),
    failures: failures.slice(0, SHOWN_FAILURES),
  };
}

/** What is wrong with a document is the document's; what is wrong with a service ends the plan. */
function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof OperationError) return { code: error.code, message: error.message };
  throw error;
}

/** The chunks whose vectors are not kept and not counted yet. */
async function unpaid({ sql }: SourcePorts, index: Index, { chunks }: ReadDocument, counted: Set<string>) {
  const distinct = [...new Map(chunks.filter(({ hash }) => !counted.has(hash)).map((one) => [one.hash, one])).values()];
  const { rows } = await sql.query<{ hash: string }>(
    `select hash from ${index.tables.vector} where model = $1 and hash = any($2)`,
    [vectorModel(index.settings), distinct.map(({ hash }) => hash)],
  );
  const kept = new Set(rows.map(({ hash }) => hash));
  return distinct.filter(({ hash }) => !kept.has(hash));
}

async function goneFrom(
  { sql }: SourcePorts,
  { name, tables }: Index,
  source: string,
  seen: Set<string>,
): Promise<string[]> {
  const { rows } = await sql.query<{ document: string }>(
    `select document from ${tables.document} where index = $1 and source = $2 order by document`,
    [name, source],
  );
  return rows.map(({ document }) => document).filter((document) => !seen.has(document));
}
