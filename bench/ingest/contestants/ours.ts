import pg from "pg";
import { requireIndex } from "../../../f/lib/ai/index_record.ts";
import { ingestSource } from "../../../f/lib/ai/ingest.ts";
import { readDocument } from "../../../f/lib/ai/read_document.ts";
import { reconcileIndex } from "../../../f/lib/ai/reconcile.ts";
import { spend } from "../../../f/lib/ai/runs.ts";
import { loader } from "../../../f/lib/ai/sources/load.ts";
import { embedderOf } from "../../../f/lib/ai/work.ts";
import { openaiClient } from "../../../f/lib/openai/client.ts";
import { withQdrant } from "../../../f/lib/qdrant/client.ts";
import { publicWeb } from "../../../f/lib/web/retrieve.ts";
import type { Contestant } from "../contestant.ts";

/** Batches at the same time. As jobs they would be on as many processes; here they share one, as the others do. */
const WORKERS = 4;

/** What the flow ingest_documents does, in one process; and what it advises when the store has lost something. */
const ours: Contestant = async ({ db, qdrant: store, openai: service, project }) => {
  const connect = async () => {
    const client = new pg.Client({ ...db, database: db.dbname });
    await client.connect();
    return client;
  };
  const sql = await connect();
  const idle = await Promise.all(Array.from({ length: WORKERS }, connect));
  const [openai, web] = [openaiClient(service), publicWeb()];
  const index = await requireIndex(sql, project, "docs");
  // Parsers are loaded with the first document; the others have loaded everything by now.
  await readDocument(loader(web), index, { source: "main", document: "a.md", entry: { text: "A." } });
  return (documents) =>
    withQdrant(store, async (qdrant) => {
      const result = await ingestSource(
        { sql, qdrant, web },
        async (run, work) => {
          const own = idle.pop()!; // there are as many as workers
          const embed = embedderOf(openai, index, (tokens) => spend(own, index, run, tokens));
          const result = await work({ sql: own, qdrant, embed, load: loader(web) });
          idle.push(own);
          return result;
        },
        index,
        { source: "main", spec: { kind: "documents", documents }, workers: WORKERS },
      );
      if (result.status === "succeeded") return;
      await reconcileIndex({ sql, qdrant, embed: embedderOf(openai, index) }, { project, index: "docs" });
    });
};
export default ours;
