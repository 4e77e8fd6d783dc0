import { expect, it } from "vitest";
import { main as planIngest } from "../../../../f/infra/ai/plan_ingest.ts";
import { documents, testAi } from "../../../support/ai_index.ts";

const { db, index: newIndex, ingest, ai, held } = testAi();
const plan = (project: string, texts: Record<string, string>) =>
  planIngest(project, "docs", "main", documents(texts), db);

it("says what an ingestion will do and cost, and it then does exactly that", async () => {
  const index = await newIndex();
  await ingest(index, { "a.md": "Apples.", "b.md": "Bees.", "c.md": "Cats." });
  const before = await held(index);
  await ai.openai.resetCalls();
  const next = { "a.md": "Apples.", "b.md": "Better bees.", "d.md": "Cats.", "e.md": "Elks.\n\nElks.", "f.json": "{" };
  const planned = await plan(index.project, next);
  expect(planned).toEqual({
    project: index.project,
    index: "docs",
    source: "main",
    hash: expect.stringMatching(/^[0-9a-f]{32}$/),
    documents: 5,
    unchanged: 1,
    changed: 1,
    new: 2,
    gone: 1,
    chunks: 3,
    chunksToEmbed: 2, // cats are known already
    tokensToEmbed: expect.any(Number),
    costUsd: (planned.tokensToEmbed * 0.02) / 1e6,
    failures: [{ document: "f.json", code: "invalid_input", message: "The document is not valid JSON" }],
  });
  expect(await plan(index.project, next)).toEqual(planned);
  expect(await held(index)).toEqual(before);
  expect(await ai.openai.calls()).toMatchObject({ embeddings: 0 });
  const { "f.json": _, ...sound } = next;
  expect(await ingest(index, sound)).toMatchObject({ ingested: 3, removed: 1, embeddedTokens: planned.tokensToEmbed });
});

it("does not know the price of every model", async () => {
  const index = await newIndex({ model: "nomic-embed-text", dimensions: 128 });
  expect(await plan(index.project, { "a.md": "Apples." })).toMatchObject({ costUsd: null, tokensToEmbed: 3 });
});
