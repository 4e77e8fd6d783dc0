import { beginIngestion } from "../../f/lib/ai/begin.ts";
import { endIngestion } from "../../f/lib/ai/finish_run.ts";
import { workOnBatch } from "../../f/lib/ai/work.ts";
import { openaiClient } from "../../f/lib/openai/client.ts";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { withQdrant } from "../../f/lib/qdrant/client.ts";
import { publicWeb } from "../../f/lib/web/retrieve.ts";
import type { Setting } from "./contestant.ts";

// One step of the flow ingest_documents as a process: `bun run_step.ts begin|batch|verify [run] [batch]`, the setting in
// SETTING. It tells the most memory that it ever had.
const [step = "", run, batch] = process.argv.slice(2);
const { db, qdrant, openai, project } = JSON.parse(process.env.SETTING ?? "{}") as Setting;
const asked = { project, index: "docs" };
const spec = { kind: "table", table: "article", key: "id", text: ["body"] };
const web = publicWeb();

const result = await withPostgres(db, (sql) =>
  withQdrant(qdrant, async (store): Promise<object> => {
    if (step === "begin") return beginIngestion({ sql, web }, { ...asked, source: "main", spec });
    if (step === "verify") return endIngestion({ sql, qdrant: store }, { ...asked, run: Number(run) });
    const ports = { sql, qdrant: store, openai: openaiClient(openai), web };
    return workOnBatch(ports, { ...asked, run: Number(run), batch: Number(batch) });
  }),
);
console.log(JSON.stringify({ ...result, peakMiB: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
