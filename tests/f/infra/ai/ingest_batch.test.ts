import { expect, it } from "vitest";
import { main as ingestBatch } from "../../../../f/infra/ai/ingest_batch.ts";
import { main as runIngestion } from "../../../../f/infra/ai/run_ingestion.ts";
import { documents, testAi } from "../../../support/ai_index.ts";
import { runOnBun } from "../../../support/bun.ts";

const { db, qdrant, ai, index: newIndex, held } = testAi();
const spec = documents({ "a.md": "Apples.", "b.html": "<p>Bees.", "c.csv": "name,what\nCats,animals" });

it("does a batch on Bun as a worker bundles it, and nothing the second time", async () => {
  const index = await newIndex();
  const { run } = await runIngestion(index.project, "docs", "main", spec as never, undefined, undefined, db);
  const args = [index.project, "docs", run, 0, qdrant.value, ai.openai.resource, db];
  const script = 'export { main } from "@f/infra/ai/ingest_batch.ts";';
  expect(await runOnBun(script, args)).toEqual({ run, batch: 0, ingested: 3, unchanged: 0, failed: 0 });
  expect(await held(index)).toEqual({
    "a.md": ["Apples."],
    "b.html": ["Bees."],
    "c.csv": ["| name | what |\n| Cats | animals |"],
  });
  expect(await ingestBatch(...(args as Parameters<typeof ingestBatch>))).toMatchObject({ ingested: 0, unchanged: 0 });
});

it("says when there is no such run", async () => {
  const { project } = await newIndex();
  const call = ingestBatch(project, "docs", 4711, 0, qdrant.value, ai.openai.resource, db);
  await expect(call).rejects.toMatchObject({ code: "not_found" });
});
