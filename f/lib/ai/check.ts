import { OperationError } from "../errors.ts";
import { checkSource, type SourceReport, sourcesOf } from "./check_source.ts";
import { type Difference, differences } from "./compare.ts";
import { type Index, requireIndex } from "./index_record.ts";
import type { SourcePorts } from "./sources/list.ts";
import type { WritePorts } from "./write_documents.ts";

export type IndexReport = {
  project: string;
  index: string;
  /** `ok`: Qdrant holds exactly what the ledger says, and the ledger what the sources have. */
  status: "ok" | "attention";
  documents: number;
  chunks: number;
  /** Chunks that the ledger has and Qdrant not, or otherwise; points that the ledger knows nothing of. */
  missing: number;
  stale: number;
  orphaned: number;
  /** Chunks that an ingestion began to write or to remove and did not end. */
  unfinished: number;
  sources: SourceReport[];
  /** The first of what is wrong. */
  examples: Pick<Difference, "kind" | "source" | "document">[];
  /** What to do when attention is needed. */
  advice?: string;
};

const EXAMPLES = 10;

/**
 * Compares sources, ledger and Qdrant, and reports what is missing, stale or left over. Changes nothing. A source that
 * cannot be read is reported and fails nothing. Throws NotFound for an index that there is not.
 */
export async function checkIndex(
  ports: SourcePorts & Pick<WritePorts, "qdrant">,
  { project, index: name, read }: { project: string; index: string; read: boolean },
): Promise<IndexReport> {
  const index = await requireIndex(ports.sql, project, name);
  const found = { missing: 0, stale: 0, orphaned: 0 };
  const examples: IndexReport["examples"] = [];
  for await (const { kind, source, document } of differences(ports, index)) {
    found[kind]++;
    if (examples.length < EXAMPLES) examples.push({ kind, source, document });
  }
  const sources: SourceReport[] = [];
  for (const source of await sourcesOf(ports.sql, index)) {
    sources.push(await checkSource(ports, index, source, read).catch((error) => unreadable(source.source, error)));
  }
  const counts = await countsOf(ports, index);
  const wrong = found.missing + found.stale + found.orphaned + counts.unfinished > 0;
  const behind = sources.some(({ status }) => status !== "ok" && status !== "given");
  const advice = wrong ? "Run reconcile_index." : behind ? "Ingest the sources that are behind again." : undefined;
  return {
    project,
    index: index.name,
    status: advice ? "attention" : "ok",
    ...counts,
    ...found,
    sources,
    examples,
    ...(advice ? { advice } : {}),
  };
}

function unreadable(source: string, error: unknown): SourceReport {
  if (!(error instanceof OperationError)) throw error;
  return { source, status: "unreadable", detail: error.message };
}

async function countsOf({ sql }: SourcePorts, { name, tables }: Index) {
  const { rows } = await sql.query<{ documents: number; chunks: number; unfinished: number }>(
    `select (select count(*)::int from ${tables.document} where index = $1) as documents,
            (select count(*)::int from ${tables.chunk} where index = $1 and status = 'stored') as chunks,
            (select count(*)::int from ${tables.chunk} where index = $1 and status <> 'stored') as unfinished`,
    [name],
  );
  return rows[0]!;
}
