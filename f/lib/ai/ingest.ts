import { atOnce } from "../openai/embed.ts";
import { finishRun, type IngestResult } from "./finish_run.ts";
import type { Index } from "./index_record.ts";
import { ingestBatch } from "./ingest_batch.ts";
import { listInto } from "./listing.ts";
import { beginRun, type Mode } from "./runs.ts";
import type { SourcePorts } from "./sources/list.ts";
import type { Load } from "./sources/load.ts";
import type { SourceSpec } from "./sources/spec.ts";
import type { WritePorts } from "./write_documents.ts";

/** What a batch works with: connections of its own, since others work at the same time. */
export type WithWorker = <T>(run: number, work: (ports: WritePorts & { load: Load }) => Promise<T>) => Promise<T>;

/**
 * A whole ingestion in one process: what the flow `ingest_documents` does over jobs. Lists the source, does its batches, as
 * many at once as asked, and ends the run.
 */
export async function ingestSource(
  ports: SourcePorts & Pick<WritePorts, "qdrant">,
  withWorker: WithWorker,
  index: Index,
  asked: { source: string; spec: SourceSpec; mode?: Mode; maxCostUsd?: number; workers?: number },
): Promise<IngestResult> {
  const { source, spec, mode = "replace", maxCostUsd, workers = 1 } = asked;
  const run = await beginRun(ports.sql, index, { source, spec, mode, maxCostUsd });
  const { batches } = await listInto(ports, index, run);
  const numbers = Array.from({ length: batches }, (_, batch) => batch);
  await atOnce(workers, numbers, (batch) =>
    withWorker(run.id, (worker) => ingestBatch(worker, index, { run: run.id, batch })),
  );
  return finishRun(ports, index, { run: run.id });
}
