import { expect, it } from "vitest";
import { main as ingestBatch } from "../../../../f/infra/ai/ingest_batch.ts";
import { main as runIngestion } from "../../../../f/infra/ai/run_ingestion.ts";
import { main as verifyIngestion } from "../../../../f/infra/ai/verify_ingestion.ts";
import { documents, testAi } from "../../../support/ai_index.ts";

const { db, qdrant, ai, index: newIndex } = testAi();
const begin = (project: string) => {
  const spec = documents({ "a.md": "Apples.", "b.md": "Bees." }) as never;
  return runIngestion(project, "docs", "main", spec, undefined, undefined, db);
};
const verify = (project: string, run: number) => verifyIngestion(project, "docs", run, qdrant.value, db);

it("does not end a run whose batches are not done, and ends one that is, as often as asked", async () => {
  const { project } = await newIndex();
  const { run } = await begin(project);
  await expect(verify(project, run)).rejects.toMatchObject({ code: "conflict", retryable: true });
  await ingestBatch(project, "docs", run, 0, qdrant.value, ai.openai.resource, db);
  const result = await verify(project, run);
  expect(result).toMatchObject({ status: "succeeded", documents: 2, chunks: 2, costUsd: expect.any(Number) });
  expect(await verify(project, run)).toEqual(result);
});

it("does not say succeeded when a chunk is not there, is another one, or should not be there", async () => {
  const index = await newIndex();
  const { run } = await begin(index.project);
  await ingestBatch(index.project, "docs", run, 0, qdrant.value, ai.openai.resource, db);
  const { points } = await qdrant.client.scroll(index.collection, { with_vector: true });
  const [first, second] = points;
  await qdrant.client.delete(index.collection, { points: [first!.id] });
  await qdrant.client.setPayload(index.collection, { points: [second!.id], payload: { state: "another" } });
  const stray = { id: "00000000-0000-8000-8000-000000000001", vector: second!.vector as Record<string, number[]> };
  await qdrant.client.upsert(index.collection, { points: [{ ...stray, payload: { source: "main" } }] });
  expect(await verify(index.project, run)).toMatchObject({ status: "incomplete", missing: 1, stale: 1, orphaned: 1 });
});
