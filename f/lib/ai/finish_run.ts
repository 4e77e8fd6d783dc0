import { ConflictError } from "../errors.ts";
import { costUsd } from "../openai/prices.ts";
import type { Sql } from "../postgres/connect.ts";
import type { QdrantClient } from "../qdrant/client.ts";
import { differences } from "./compare.ts";
import { type Index, requireIndex } from "./index_record.ts";
import { withSource } from "./locks.ts";
import { findRun, isSuperseded, type Run } from "./runs.ts";
import { removeDocuments } from "./write_documents.ts";

export type IngestResult = {
  project: string;
  index: string;
  source: string;
  run: number;
  /** `succeeded` is only said after everything was read back and found to be there. */
  status: "succeeded" | "incomplete" | "superseded";
  documents: number;
  ingested: number;
  unchanged: number;
  removed: number;
  failed: number;
  chunks: number;
  embeddedTokens: number;
  /** What embedding cost, null for a model whose price is not known. */
  costUsd: number | null;
  /** What reading back found; all 0 with `succeeded`. */
  missing: number;
  stale: number;
  orphaned: number;
  /** The first documents that could not be read, and why. */
  failures: { document: string; code: string; message: string }[];
};

type Ports = { sql: Sql; qdrant: QdrantClient };

const SHOWN_FAILURES = 20;
const REMOVED_AT_ONCE = 200;

/**
 * Ends a run: takes out documents that the source has no more, reads back what Qdrant holds of the source, and says how it
 * went. Calling it again answers the same. Throws Conflict while batches are still to be done.
 */
export async function finishRun(
  { sql, qdrant }: Ports,
  index: Index,
  { run: id }: { run: number },
): Promise<IngestResult> {
  const run = await findRun(sql, index, id);
  const outcomes = await countOutcomes(sql, index, run);
  if (outcomes.pending > 0) {
    throw new ConflictError(`${outcomes.pending} documents of run ${id} are still to be read`, {
      hint: "Do all batches of the run first, with ingest_batch.",
      retryable: true,
    });
  }
  const removed = run.mode === "add" ? 0 : await prune({ sql, qdrant }, index, run);
  const found = { missing: 0, stale: 0, orphaned: 0 };
  for await (const { kind } of differences({ sql, qdrant }, index, run.source)) found[kind]++;
  const whole = outcomes.failed + found.missing + found.stale + found.orphaned === 0;
  const status = removed === undefined ? "superseded" : whole ? "succeeded" : "incomplete";
  const { pending: _, ...counted } = outcomes;
  const result: IngestResult = {
    project: index.project,
    index: index.name,
    source: run.source,
    run: id,
    status,
    ...counted,
    removed: removed ?? 0,
    ...(await sums(sql, index, run)),
    ...found,
    failures: await failuresOf(sql, index, run),
  };
  await close(sql, index, run, result);
  return result;
}

/** The same by the names of project and index. */
export async function endIngestion(
  ports: Ports,
  { project, index, run }: { project: string; index: string; run: number },
): Promise<IngestResult> {
  return finishRun(ports, await requireIndex(ports.sql, project, index), { run });
}

async function countOutcomes(sql: Sql, { tables }: Index, { id }: Run) {
  const { rows } = await sql.query<Record<"documents" | "ingested" | "unchanged" | "failed" | "pending", number>>(
    `select count(*)::int as documents,
            count(*) filter (where outcome = 'ingested')::int as ingested,
            count(*) filter (where outcome in ('unchanged', 'superseded'))::int as unchanged,
            count(*) filter (where outcome = 'failed')::int as failed,
            count(*) filter (where outcome is null)::int as pending
       from ${tables.listed} where run = $1`,
    [id],
  );
  return rows[0]!;
}

/**
 * Takes out what the ledger has of the source and the listing has not. Nothing when a later run lists all of the source:
 * that one knows better. Documents that a later run has added stay.
 */
function prune(ports: Ports, index: Index, run: Run): Promise<number | undefined> {
  return withSource(ports.sql, index, run.source, async () => {
    if (await isSuperseded(ports.sql, index, run)) return undefined;
    let removed = 0;
    for (let after = ""; ; ) {
      const gone = await goneDocuments(ports.sql, index, run, after);
      if (gone.length === 0) return removed;
      removed += await removeDocuments(ports, index, run, gone);
      after = gone.at(-1)!;
    }
  });
}

async function goneDocuments(sql: Sql, { name, tables }: Index, { id, source }: Run, after: string): Promise<string[]> {
  const { rows } = await sql.query<{ document: string }>(
    `select document from (
       select document from ${tables.chunk} where index = $1 and source = $2
       union select document from ${tables.document} where index = $1 and source = $2
     ) as held
      where document collate "C" > $4
        and not exists (select from ${tables.listed} where run = $3 and document = held.document)
      order by document collate "C" limit ${REMOVED_AT_ONCE}`,
    [name, source, id, after],
  );
  return rows.map(({ document }) => document);
}

async function sums(sql: Sql, { name, tables, settings }: Index, { id, source }: Run) {
  const { rows } = await sql.query<{ chunks: number; spent: string }>(
    `select (select count(*)::int from ${tables.chunk} where index = $1 and source = $2 and status = 'stored') as chunks,
            (select spent_tokens from ${tables.run} where id = $3) as spent`,
    [name, source, id],
  );
  const embeddedTokens = Number(rows[0]!.spent);
  return { chunks: rows[0]!.chunks, embeddedTokens, costUsd: costUsd(settings.model, embeddedTokens) };
}

async function failuresOf(sql: Sql, { tables }: Index, { id }: Run): Promise<IngestResult["failures"]> {
  const { rows } = await sql.query<{ document: string; detail: { code: string; message: string } }>(
    `select document, detail from ${tables.listed} where run = $1 and outcome = 'failed' order by document limit ${SHOWN_FAILURES}`,
    [id],
  );
  return rows.map(({ document, detail }) => ({ document, ...detail }));
}

/** The listings of earlier runs that have ended are of no use any more. */
async function close(sql: Sql, { name, tables }: Index, { id, source }: Run, result: IngestResult): Promise<void> {
  const status = result.status === "succeeded" ? "succeeded" : "incomplete";
  await sql.query(`update ${tables.run} set status = $2, result = $3, finished_at = now() where id = $1`, [
    id,
    status,
    JSON.stringify(result),
  ]);
  await sql.query(
    `delete from ${tables.listed} where run in (
       select id from ${tables.run} where index = $1 and source = $2 and id < $3
          and (finished_at is not null or started_at < now() - interval '30 days'))`,
    [name, source, id],
  );
}
