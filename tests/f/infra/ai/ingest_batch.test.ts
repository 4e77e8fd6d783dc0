import { randomUUID } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { main as checkIndex } from "../../../../f/infra/ai/check_index.ts";
import { main as ingestBatch } from "../../../../f/infra/ai/ingest_batch.ts";
import { main as runIngestion } from "../../../../f/infra/ai/run_ingestion.ts";
import { provideBucket } from "../../../../f/lib/storage/bucket.ts";
import { documents, testAi } from "../../../support/ai_index.ts";
import { runOnBun } from "../../../support/bun.ts";
import { awsClient, standInS3 } from "../../../support/s3.ts";

const { db, qdrant, ai, index: newIndex, held } = testAi();
const store = standInS3();
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

it("reads the files of the project's storage: no other's, and whoever has uploaded one keeps it", async () => {
  await provideBucket({ s3: store.s3 }, { origins: [], keepDeletedDays: 30 });
  const client = awsClient(store.s3);
  const { project, collection } = await newIndex({ audience: "users", tenancy: "user" });
  const user = randomUUID();
  const put = (key: string, Body: string, ContentType?: string) =>
    client.send(new PutObjectCommand({ Bucket: store.s3.bucket, Key: key, Body, ContentType }));
  await put(`${project}/guides/a.md`, "# A\n\nApples.");
  await put(`${project}/users/${user}/${randomUUID()}`, "<p>Bees.", "text/html");
  await put(`${project}-2/theirs.md`, "Not ours.");
  const spec = { kind: "storage" };
  const { run, documents: listed } = await runIngestion(
    ...([project, "docs", "files", spec, undefined, undefined, db, store.s3] as Parameters<typeof runIngestion>),
  );
  expect(listed).toBe(2);
  const batch = await ingestBatch(project, "docs", run, 0, qdrant.value, ai.openai.resource, db, store.s3);
  expect(batch).toMatchObject({ ingested: 2, failed: 0 });
  const { points } = await qdrant.client.scroll(collection, { limit: 10 });
  expect(points.map(({ payload }) => [payload?.text, payload?.tenant]).sort()).toEqual([
    ["Apples.", "*"],
    ["Bees.", user],
  ]);
  const sources = async () => (await checkIndex(project, "docs", true, qdrant.value, db, store.s3)).sources;
  expect(await sources()).toMatchObject([{ status: "ok", documents: 2 }]);
  await put(`${project}/guides/a.md`, "# A\n\nBetter apples.");
  expect(await sources()).toMatchObject([{ status: "behind", stale: 1 }]);
});
