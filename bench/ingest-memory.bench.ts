import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BegunIngestion } from "../f/lib/ai/begin.ts";
import { ensureIndex } from "../f/lib/ai/ensure_index.ts";
import type { IngestResult } from "../f/lib/ai/finish_run.ts";
import { withPostgres } from "../f/lib/postgres/connect.ts";
import { withQdrant } from "../f/lib/qdrant/client.ts";
import type { PostgresqlValue } from "../f/lib/resources.ts";
import { freePort, startServer } from "../scripts/stack/process.ts";
import { postgresServer } from "../scripts/stack/servers/postgres.ts";
import { projectSchema } from "../tests/support/project_schema.ts";
import { startStandIn } from "../tests/support/stand_in.ts";
import { DIMENSIONS, startEmbedder } from "./ingest/embedder.ts";
import { type Bench, type Case, round } from "./report.ts";

/** Chunks in all; a row of the table makes ten. */
const SIZES = [1000, 10_000, 100_000];
const CHUNKS_PER_ROW = 10;
const STEPS = ["begin", "batch", "verify"] as const;

type Measured = { step: (typeof STEPS)[number]; peakMiB: number; chunks: number };

/** What each job of an ingestion needs at most, whatever the size of the corpus: rows of a table, cut into chunks. */
const bench: Bench = {
  summary: "peak memory of the jobs of an ingestion at 1, 10 and 100 thousand chunks",
  async run({ size = 100_000 }) {
    const dir = mkdtempSync(join(tmpdir(), "run8n-memory-"));
    const port = await freePort();
    const postgres = await startServer(postgresServer({ dir, port, password: "bench" }), dir);
    const store = await startStandIn({ service: "qdrant", healthPath: "/healthz", env: { RUN8N_QDRANT_KEY: "bench" } });
    const embedder = startEmbedder({ latencyMs: 0 });
    const db = { host: "127.0.0.1", port, user: "postgres", password: "bench", dbname: "postgres", sslmode: "disable" };
    const qdrant = { url: store.url, api_key: "bench" };
    try {
      const measured: Measured[][] = [];
      for (const chunks of SIZES.filter((one) => one <= size)) {
        const project = `memory-${chunks}`;
        await provide(db, qdrant, project, chunks / CHUNKS_PER_ROW);
        measured.push(await ingest({ db, qdrant, openai: embedder.resource, project }));
        console.error(`${chunks} chunks: ${JSON.stringify(measured.at(-1))}`);
      }
      const peak = (at: number, step: Measured["step"]) => measured[at]!.find((one) => one.step === step)!.peakMiB;
      const last = measured.length - 1;
      const cases = STEPS.map(
        (step): Case => ({
          case: `peak of a ${step} job, ${SIZES[last]} chunks`,
          rival: `the same job, ${SIZES[0]} chunks`,
          unit: "MiB",
          ours: round(peak(last, step)),
          theirs: round(peak(0, step)),
          ratio: round(peak(last, step) / peak(0, step)),
          runs: 1,
        }),
      );
      const counts = Object.fromEntries(
        measured.flatMap((steps, at) => [
          [`chunks${SIZES[at]}`, steps.find(({ step }) => step === "verify")!.chunks],
          [`peakMiB${SIZES[at]}`, Math.round(Math.max(...steps.map(({ peakMiB }) => peakMiB)))],
        ]),
      );
      return { cases, counts };
    } finally {
      await Promise.all([postgres.stop(), store.remove(), embedder.stop()]);
      rmSync(dir, { recursive: true, force: true });
    }
  },
};
export default bench;

/** A project with an index, and a table whose rows are the documents. */
async function provide(db: PostgresqlValue, store: { url: string; api_key: string }, project: string, rows: number) {
  await withPostgres(db, async (sql) => {
    const { schema } = await projectSchema(sql, db, project);
    await withQdrant(store, (qdrant, http) =>
      ensureIndex({ sql, qdrant, http }, { project, index: "docs", dimensions: DIMENSIONS, audience: "public" }),
    );
    await sql.query(
      `create table "${schema}".article as
       select row::text as id, string_agg(format(E'## Part %s\\n\\nRow %s says %s', part, row, words), E'\\n\\n') as body
         from generate_series(1, $1::int) as row, generate_series(1, $2::int) as part,
              lateral (select string_agg(md5(row::text || part::text || word::text), ' ') as words
                         from generate_series(1, 12) as word) as text
        group by row`,
      [rows, CHUNKS_PER_ROW],
    );
  });
}

/** The jobs of one ingestion, each a process of its own as on a worker; of the batches the one that needed most. */
async function ingest(setting: object): Promise<Measured[]> {
  const begun = await job<BegunIngestion>(setting, "begin");
  let batch = 0;
  for (const one of begun.batches) {
    batch = Math.max(batch, (await job(setting, "batch", begun.run, one)).peakMiB);
  }
  const ended = await job<IngestResult>(setting, "verify", begun.run);
  if (ended.status !== "succeeded") throw new Error(`the ingestion ended as ${ended.status}`);
  return [
    { step: "begin", peakMiB: begun.peakMiB, chunks: 0 },
    { step: "batch", peakMiB: batch, chunks: 0 },
    { step: "verify", peakMiB: ended.peakMiB, chunks: ended.chunks },
  ];
}

async function job<T>(setting: object, ...args: (string | number)[]): Promise<T & { peakMiB: number }> {
  const child = Bun.spawn([process.execPath, `${import.meta.dirname}/ingest/run_step.ts`, ...args.map(String)], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, SETTING: JSON.stringify(setting) },
    stdout: "pipe",
    stderr: "inherit",
  });
  const told = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`the step ${args[0]} failed`);
  return JSON.parse(told);
}
