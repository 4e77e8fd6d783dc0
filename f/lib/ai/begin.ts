import { InvalidInputError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import { requireIndex } from "./index_record.ts";
import { listInto } from "./listing.ts";
import { beginRun, type Mode } from "./runs.ts";
import type { SourcePorts } from "./sources/list.ts";
import { sourceName, sourceSpec } from "./sources/spec.ts";

export type BegunIngestion = {
  project: string;
  index: string;
  source: string;
  run: number;
  documents: number;
  unchanged: number;
  /** The numbers of the batches that are to be done, each a job of its own. */
  batches: number[];
};

/**
 * Begins an ingestion: a new run that has listed its source. Only the begin takes the project's lease: an ingestion may
 * last for hours, beside all else that is done to the project. Throws InvalidInput, NotFound, Upstream.
 */
export async function beginIngestion(
  ports: SourcePorts,
  asked: { project: string; index: string; source: string; spec: unknown; mode?: string; maxCostUsd?: number },
): Promise<BegunIngestion> {
  const { project, maxCostUsd } = asked;
  const source = sourceName(asked.source);
  const spec = sourceSpec(asked.spec);
  const mode = modeOf(asked.mode ?? "replace");
  const index = await requireIndex(ports.sql, project, asked.index);
  const audited = { project, index: index.name, source, kind: spec.kind, mode, maxCostUsd: maxCostUsd ?? null };
  const operation = { sql: ports.sql, verb: "infra/ai/run_ingestion", project, arguments: audited };
  const run = await operate(operation, () => beginRun(ports.sql, index, { source, spec, mode, maxCostUsd }));
  const { documents, unchanged, batches } = await listInto(ports, index, run);
  const numbers = Array.from({ length: batches }, (_, batch) => batch);
  return { project, index: index.name, source, run: run.id, documents, unchanged, batches: numbers };
}

function modeOf(value: string): Mode {
  if (value === "replace" || value === "add") return value;
  throw new InvalidInputError("mode must be replace or add", {
    hint: 'Pass "replace" when the source lists all of its documents, "add" to leave others as they are.',
    details: { argument: "mode" },
  });
}
