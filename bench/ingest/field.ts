import { QdrantClient } from "@qdrant/js-client-rest";
import { ensureIndex } from "../../f/lib/ai/ensure_index.ts";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { withQdrant } from "../../f/lib/qdrant/client.ts";
import { qdrantName } from "../../f/lib/qdrant/names.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import { projectSchema } from "../../tests/support/project_schema.ts";
import { startStandIn } from "../../tests/support/stand_in.ts";
import type { Setting } from "./contestant.ts";
import { corpus, type Edition, marksIn } from "./corpus.ts";
import { DIMENSIONS, startEmbedder } from "./embedder.ts";

export type Name = "ours" | "langchain" | "plain";

/** One run: how long it took, what it asked for, and what the store then lacks or has too much. */
export type Ran = { seconds: number; calls: number; texts: number; missing: number; stale: number; textsInAll: number };

/** OpenAI's limits for an account that has paid a little. */
const LIMITS = { latencyMs: 50, requestsPerMinute: 5000, tokensPerMinute: 5_000_000 };
const KEY = "bench";
/** Without the words that a hybrid search counts, as the rivals: all store the same vectors. */
const SETTINGS = { dimensions: DIMENSIONS, audience: "public", hybrid: false } as const;

/** A contestant with a vector store and an embedding service of its own. */
export async function newField(name: Name, db: PostgresqlValue, size: number) {
  const store = await startStandIn({ service: "qdrant", healthPath: "/healthz", env: { RUN8N_QDRANT_KEY: KEY } });
  const embedder = startEmbedder(LIMITS);
  const qdrant = { url: store.url, api_key: KEY };
  const client = new QdrantClient({ url: qdrant.url, headers: { "api-key": KEY }, checkCompatibility: false });
  const at = { db, qdrant, openai: embedder.resource };
  let setting = await prepare(name, at, "bench-a");
  let begun = 0;

  const start = (edition: Edition) =>
    Bun.spawn([process.execPath, `${import.meta.dirname}/run_contestant.ts`, name, String(size), String(edition)], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        SETTING: JSON.stringify(setting),
      },
      stdout: "pipe",
      stderr: "inherit",
    });
  return {
    async run(edition: Edition): Promise<Ran> {
      const before = { ...embedder.tally };
      const child = start(edition);
      const milliseconds = Number(await new Response(child.stdout).text());
      if ((await child.exited) !== 0) throw new Error(`${name} failed`);
      return {
        seconds: milliseconds / 1000,
        calls: embedder.tally.calls - before.calls,
        texts: embedder.tally.inputs - before.inputs,
        textsInAll: embedder.tally.inputs - begun,
        ...(await judge(client, setting.collection, size, edition)),
      };
    },
    /** Kills a run when half of the texts have been embedded. */
    async crash(edition: Edition): Promise<void> {
      const half = embedder.tally.inputs + (size * 3) / 2;
      const child = start(edition);
      while (embedder.tally.inputs < half) {
        if (child.exitCode !== null) throw new Error(`${name} was done before it could be killed`);
        await Bun.sleep(2);
      }
      child.kill("SIGKILL");
      await child.exited;
    },
    /** The store has lost everything; whoever keeps records keeps them. */
    async wipe(): Promise<void> {
      await client.deleteCollection(setting.collection);
      await provide(name, setting);
    },
    /** An index of which nothing is known yet. */
    async startOver(): Promise<void> {
      setting = await prepare(name, at, "bench-b");
      begun = embedder.tally.inputs;
    },
    async remove(): Promise<void> {
      await embedder.stop();
      await store.remove();
    },
  };
}

async function prepare(name: Name, at: Omit<Setting, "project" | "collection">, project: string): Promise<Setting> {
  const collection = name === "ours" ? qdrantName(project, "docs") : `${name}-${project}`;
  const setting = { ...at, project, collection };
  if (name === "ours") await withPostgres(at.db, (sql) => projectSchema(sql, at.db, project));
  await provide(name, setting);
  return setting;
}

/** An empty collection, as the contestant wants it. */
async function provide(name: Name, { db, qdrant, project, collection }: Setting): Promise<void> {
  await withQdrant(qdrant, async (client, http) => {
    if (name === "ours") {
      const asked = { project, index: "docs", ...SETTINGS };
      await withPostgres(db, (sql) => ensureIndex({ sql, qdrant: client, http }, asked));
    } else await client.createCollection(collection, { vectors: { size: DIMENSIONS, distance: "Cosine" } });
  });
}

/** Compares what the store holds with what is in the documents, section by section. */
async function judge(client: QdrantClient, collection: string, size: number, edition: Edition) {
  const wanted = new Set(corpus(size, edition).flatMap(({ text }) => marksIn(text)));
  const held = new Set<string>();
  let offset: string | number | undefined;
  do {
    const page = await client.scroll(collection, { limit: 1000, offset, with_payload: true });
    for (const { payload } of page.points) for (const mark of marksIn(JSON.stringify(payload))) held.add(mark);
    offset = (page.next_page_offset ?? undefined) as typeof offset;
  } while (offset !== undefined);
  return {
    missing: [...wanted].filter((mark) => !held.has(mark)).length,
    stale: [...held].filter((mark) => !wanted.has(mark)).length,
  };
}
