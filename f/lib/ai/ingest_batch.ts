import { OperationError } from "../errors.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Index } from "./index_record.ts";
import { readDocument } from "./read_document.ts";
import { findRun, type Run } from "./runs.ts";
import type { Entry } from "./sources/entry.ts";
import type { Load } from "./sources/load.ts";
import { type Outcome, type ReadDocument, type WritePorts, writeDocuments } from "./write_documents.ts";

export type BatchResult = { run: number; batch: number; ingested: number; unchanged: number; failed: number };

/** So many chunks are embedded and written together; more documents are read only after that. */
const GROUP_CHUNKS = 512;
/** Documents that are fetched at the same time. */
const READ_AT_ONCE = 4;

type Listed = { document: string; entry: Entry };
type Failure = { code: string; message: string };

/**
 * Brings one batch of a run into the index. Documents that were done are passed over, so it can be called again after
 * whatever cut it off. A document that cannot be read fails by itself and is told of in the run's result.
 */
export async function ingestBatch(
  ports: WritePorts & { load: Load },
  index: Index,
  { run: id, batch }: { run: number; batch: number },
): Promise<BatchResult> {
  const run = await findRun(ports.sql, index, id);
  const counts = { ingested: 0, unchanged: 0, failed: 0 };
  let group: ReadDocument[] = [];
  const flush = async () => {
    if (group.length === 0) return;
    const outcomes = await writeDocuments(ports, index, run, group);
    await settle(
      ports.sql,
      index,
      run,
      [...outcomes].map(([document, outcome]) => ({ document, outcome })),
    );
    for (const outcome of outcomes.values()) counts[outcome === "ingested" ? "ingested" : "unchanged"]++;
    group = [];
  };
  for (const listed of portions(await pending(ports.sql, index, run, batch), READ_AT_ONCE)) {
    const read = await Promise.all(listed.map((one) => readOrFail(ports.load, index, run, one)));
    const failed = read.flatMap((one) =>
      "failure" in one ? [{ document: one.document, outcome: "failed" as const, detail: one.failure }] : [],
    );
    await settle(ports.sql, index, run, failed);
    counts.failed += failed.length;
    group.push(...read.filter((one): one is ReadDocument => "chunks" in one));
    if (group.reduce((sum, { chunks }) => sum + chunks.length, 0) >= GROUP_CHUNKS) await flush();
  }
  await flush();
  return { run: id, batch, ...counts };
}

async function pending(sql: Sql, { tables }: Index, run: Run, batch: number): Promise<Listed[]> {
  const { rows } = await sql.query<Listed>(
    `select document, entry from ${tables.listed} where run = $1 and batch = $2 and outcome is null order by document`,
    [run.id, batch],
  );
  return rows;
}

/** What is wrong with a document is the document's; what is wrong with a service is not. */
async function readOrFail(
  load: Load,
  index: Index,
  { source }: Run,
  listed: Listed,
): Promise<ReadDocument | { document: string; failure: Failure }> {
  try {
    return await readDocument(load, index, { source, ...listed });
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { document: listed.document, failure: { code: error.code, message: error.message } };
  }
}

type Settled = { document: string; outcome: Outcome | "failed"; detail?: Failure };

/** Notes what became of documents. Their content is not needed any more. */
async function settle(sql: Sql, { tables }: Index, run: Run, settled: Settled[]): Promise<void> {
  if (settled.length === 0) return;
  await sql.query(
    `update ${tables.listed} as listed set outcome = given.outcome, detail = given.detail, entry = null
       from unnest($2::text[], $3::text[], $4::jsonb[]) as given(document, outcome, detail)
      where listed.run = $1 and listed.document = given.document`,
    [
      run.id,
      settled.map(({ document }) => document),
      settled.map(({ outcome }) => outcome),
      settled.map(({ detail }) => (detail ? JSON.stringify(detail) : null)),
    ],
  );
}

const portions = <T>(items: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
