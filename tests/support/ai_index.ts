import { afterAll, beforeAll } from "vitest";
import { ensureIndex } from "../../f/lib/ai/ensure_index.ts";
import { type Index, requireIndex } from "../../f/lib/ai/index_record.ts";
import type { IndexSettings } from "../../f/lib/ai/index_settings.ts";
import { ingestSource } from "../../f/lib/ai/ingest.ts";
import { spend } from "../../f/lib/ai/runs.ts";
import { loader } from "../../f/lib/ai/sources/load.ts";
import type { GivenDocument, SourceSpec } from "../../f/lib/ai/sources/spec.ts";
import { sourceSpec } from "../../f/lib/ai/sources/spec.ts";
import type { WritePorts } from "../../f/lib/ai/write_documents.ts";
import { schemaOf } from "../../f/lib/names.ts";
import { openaiClient } from "../../f/lib/openai/client.ts";
import { embedder } from "../../f/lib/openai/embed.ts";
import { Pace } from "../../f/lib/openai/pace.ts";
import { type Sql, withPostgres } from "../../f/lib/postgres/connect.ts";
import { schemaStands } from "../../f/lib/postgres/require_schema.ts";
import { withQdrant } from "../../f/lib/qdrant/client.ts";
import { publicWeb, type Web } from "../../f/lib/web/retrieve.ts";
import { testDatabase, uniqueProject } from "./database.ts";
import { startOpenai } from "./openai.ts";
import { projectSchema } from "./project_schema.ts";
import { testQdrant } from "./qdrant.ts";

export type Ports = { sql: Sql; qdrant: WritePorts["qdrant"] };

/** What wraps the connections of an ingestion, for tests that cut it off. */
export type Wrap = (ports: WritePorts) => WritePorts;

const SETTINGS = { dimensions: 128, chunkTokens: 60, overlapTokens: 0, audience: "public" } as const;

/** Postgres, Qdrant and the AI service for tests of search indexes, and what tests do with them over and over. */
export function testAi(db = testDatabase()) {
  const qdrant = testQdrant();
  const ai = {} as { openai: Awaited<ReturnType<typeof startOpenai>> };
  beforeAll(async () => {
    ai.openai = await startOpenai();
  });
  afterAll(() => ai.openai?.remove());

  /** Connections to all of it, as a job opens them. */
  const connected = <T>(work: (ports: Ports) => Promise<T>): Promise<T> =>
    withPostgres(db, (sql) => withQdrant(qdrant.value, (client) => work({ sql, qdrant: client })));

  return {
    db,
    qdrant,
    ai,
    connected,
    /** A project with an index of its own. */
    async index(settings: Partial<IndexSettings> = {}, project = uniqueProject(), name = "docs"): Promise<Index> {
      return withPostgres(db, async (sql) => {
        if (!(await schemaStands(sql, schemaOf(project)))) await projectSchema(sql, db, project);
        return withQdrant(qdrant.value, async (client, http) => {
          await ensureIndex({ sql, qdrant: client, http }, { project, index: name, ...SETTINGS, ...settings });
          return requireIndex(sql, project, name);
        });
      });
    },
    /** Ingests a source in this process, as the flow does over jobs. */
    ingest(
      index: Index,
      spec: SourceSpec | Record<string, string>,
      more: {
        source?: string;
        mode?: "replace" | "add";
        maxCostUsd?: number;
        workers?: number;
        wrap?: Wrap;
        web?: Web;
      } = {},
    ) {
      const { source = "main", wrap = (ports) => ports, web = publicWeb(), ...asked } = more;
      const checked = sourceSpec("kind" in spec ? spec : documents(spec as Record<string, string>));
      return connected((ports) => {
        const listing = wrap({ ...ports, embed: async () => [] });
        return ingestSource(
          { ...ports, ...listing, web },
          (run, work) =>
            connected(({ sql, qdrant: client }) => {
              const { model, dimensions } = index.settings;
              const embed = embedder({
                client: openaiClient(ai.openai.resource),
                model,
                dimensions,
                spend: (tokens) => spend(sql, index, run, tokens),
                pace: new Pace(),
              });
              return work({ ...wrap({ sql, qdrant: client, embed }), load: loader(web) });
            }),
          index,
          { source, spec: checked, ...asked },
        );
      });
    },
    /** What Qdrant holds of an index, by document: its texts in their order. */
    async held(index: Index): Promise<Record<string, string[]>> {
      const { points } = await qdrant.client.scroll(index.collection, { limit: 10_000 });
      const texts: Record<string, string[]> = {};
      const payloads = points.map(({ payload }) => payload as { document: string; position: number; text: string });
      for (const { document, text } of payloads.sort((one, other) => one.position - other.position)) {
        texts[document] = [...(texts[document] ?? []), text];
      }
      return texts;
    },
  };
}

/** Given documents by their ids. */
export const documents = (texts: Record<string, string>): { kind: "documents"; documents: GivenDocument[] } => ({
  kind: "documents",
  documents: Object.entries(texts).map(([id, text]) => ({ id, text })),
});
