import { join } from "node:path";
import type { Contestant } from "../contestant.ts";
import { DIMENSIONS } from "../embedder.ts";

const RIVAL = join(import.meta.dirname, "../../rivals/langchain");

/** LangChain.js as its documentation has it: `index()` with cleanup of what went, a record manager in Postgres. */
const langchain: Contestant = async ({ db, qdrant, openai, collection }) => {
  const load = (path: string) => import(join(RIVAL, "node_modules/@langchain", path));
  const [{ index }, { PostgresRecordManager }, { QdrantVectorStore }, { OpenAIEmbeddings }, splitters] =
    await Promise.all([
      load("core/dist/indexing/index.js"),
      load("community/dist/indexes/postgres.js"),
      load("qdrant/dist/index.js"),
      load("openai/dist/index.js"),
      load("textsplitters/dist/index.js"),
    ]);
  const recordManager = new PostgresRecordManager(collection, {
    postgresConnectionOptions: { ...db, database: db.dbname },
  });
  await recordManager.createSchema();
  const embeddings = new OpenAIEmbeddings({
    model: "text-embedding-3-small",
    dimensions: DIMENSIONS,
    apiKey: openai.api_key,
    configuration: { baseURL: openai.base_url },
  });
  const vectorStore = new QdrantVectorStore(embeddings, {
    url: qdrant.url,
    apiKey: qdrant.api_key,
    collectionName: collection,
    collectionConfig: { vectors: { size: DIMENSIONS, distance: "Cosine" } },
  });
  const splitter = new splitters.MarkdownTextSplitter({ chunkSize: 1000, chunkOverlap: 0 });
  return async (documents) => {
    const docsSource = await splitter.createDocuments(
      documents.map(({ text }) => text),
      documents.map(({ id }) => ({ source: id })),
    );
    await index({ docsSource, recordManager, vectorStore, options: { cleanup: "full", sourceIdKey: "source" } });
  };
};
export default langchain;
