import { describe, expect, it } from "vitest";
import { differences } from "../../../../f/lib/ai/compare.ts";
import type { Index } from "../../../../f/lib/ai/index_record.ts";
import { documents, testAi } from "../../../support/ai_index.ts";

const { index: newIndex, ingest, held, connected, ai, qdrant } = testAi();

const paragraphs = (what: string, count = 3) =>
  Array.from({ length: count }, (_, at) => `## Part ${at}\n\nThis is ${what}, part ${at} of ${count}.`).join("\n\n");
const wrong = (index: Index) =>
  connected(async (ports) => {
    const found = [];
    for await (const one of differences(ports, index)) found.push(one.kind);
    return found;
  });
const calls = async () => {
  const { embeddings, inputs } = await ai.openai.calls();
  return { embeddings, inputs };
};

describe("ingesting", () => {
  it("fills an index, and says so after reading it back", async () => {
    const index = await newIndex();
    const result = await ingest(index, { "a.md": paragraphs("apples"), "b.md": paragraphs("bees") });
    expect(result).toMatchObject({
      status: "succeeded",
      documents: 2,
      ingested: 2,
      unchanged: 0,
      removed: 0,
      failed: 0,
      chunks: 6,
      missing: 0,
      stale: 0,
      orphaned: 0,
      failures: [],
    });
    expect(result.embeddedTokens).toBeGreaterThan(0);
    expect(result.costUsd).toBeCloseTo((result.embeddedTokens * 0.02) / 1e6, 12);
    expect(await held(index)).toMatchObject({
      "b.md": [expect.stringContaining("bees, part 0"), expect.anything(), expect.anything()],
    });
    const { points } = await qdrant.client.scroll(index.collection, { limit: 1, with_vector: true });
    expect(points[0]?.payload).toMatchObject({
      tenant: "*",
      source: "main",
      document: expect.stringMatching(/^[ab]\.md$/),
      hash: expect.stringMatching(/^[0-9a-f]{32}$/),
      state: expect.stringMatching(/^[0-9a-f]{32}$/),
      generation: result.run,
      tokens: expect.any(Number),
      path: [expect.stringMatching(/^Part \d$/)],
    });
    expect(Object.keys(points[0]?.vector ?? {})).toEqual(["dense", "words"]);
  });

  it("embeds only what changed, takes out what went, and leaves what is the same", async () => {
    const index = await newIndex();
    await ingest(index, { "a.md": paragraphs("apples"), "b.md": paragraphs("bees"), "c.md": paragraphs("cats") });
    await ai.openai.resetCalls();
    const same = await ingest(index, {
      "a.md": paragraphs("apples"),
      "b.md": paragraphs("bees"),
      "c.md": paragraphs("cats"),
    });
    expect(same).toMatchObject({ status: "succeeded", unchanged: 3, ingested: 0, embeddedTokens: 0, costUsd: 0 });
    expect(await calls()).toEqual({ embeddings: 0, inputs: 0 });

    const changed = paragraphs("apples").replace("part 1 of 3", "part one of 3");
    const next = await ingest(index, { "a.md": changed, "b.md": paragraphs("bees"), "d.md": paragraphs("dogs", 1) });
    expect(next).toMatchObject({ status: "succeeded", ingested: 2, unchanged: 1, removed: 1, chunks: 7 });
    expect(await calls()).toEqual({ embeddings: 1, inputs: 2 });
    const now = await held(index);
    expect(Object.keys(now).sort()).toEqual(["a.md", "b.md", "d.md"]);
    expect(now["a.md"]?.[1]).toContain("part one of 3");
    expect(await wrong(index)).toEqual([]);
  });

  it("pays for no text twice: not for one that comes back, moves, or stands elsewhere too", async () => {
    const index = await newIndex();
    await ingest(index, { "a.md": paragraphs("apples") });
    await ai.openai.resetCalls();
    await ingest(index, { "other.md": paragraphs("apples") });
    await ingest(index, { "a.md": `${paragraphs("apples")}`, "b.md": paragraphs("apples") });
    expect(await calls()).toEqual({ embeddings: 0, inputs: 0 });
    expect(await wrong(index)).toEqual([]);
  });

  it("writes a chunk anew whose place changed, without embedding it again", async () => {
    const index = await newIndex();
    await ingest(index, { "a.md": "## A\n\nOne.\n\n## B\n\nTwo." });
    await ai.openai.resetCalls();
    await ingest(index, { "a.md": "## B\n\nTwo.\n\n## A\n\nOne." });
    expect(await calls()).toEqual({ embeddings: 0, inputs: 0 });
    expect(await held(index)).toEqual({ "a.md": ["Two.", "One."] });
    expect(await wrong(index)).toEqual([]);
  });

  it("adds without taking out when told to, and keeps sources apart", async () => {
    const index = await newIndex();
    await ingest(index, { "a.md": "Apples." });
    expect(await ingest(index, { "b.md": "Bees." }, { mode: "add" })).toMatchObject({ removed: 0, chunks: 2 });
    expect(await ingest(index, { "a.md": "Ants." }, { source: "second" })).toMatchObject({
      status: "succeeded",
      chunks: 1,
    });
    expect(await ingest(index, {}, { source: "second" })).toMatchObject({ removed: 1, chunks: 0 });
    expect(await held(index)).toEqual({ "a.md": ["Apples."], "b.md": ["Bees."] });
  });

  it("tells which documents could not be read, keeps what it had of them, and reads the others", async () => {
    const index = await newIndex();
    await ingest(index, { "a.json": '{"a": "first"}', "b.md": "Bees." });
    const result = await ingest(index, { "a.json": '{"a": ', "b.md": "Better bees.", "c.exe": "?" });
    expect(result).toMatchObject({ status: "incomplete", ingested: 2, failed: 1, removed: 0 });
    expect(result.failures).toEqual([
      { document: "a.json", code: "invalid_input", message: "The document is not valid JSON" },
    ]);
    expect(await held(index)).toMatchObject({ "a.json": ["a: first"], "b.md": ["Better bees."] });
    expect(await ingest(index, { "a.json": '{"a": "last"}', "b.md": "Better bees." })).toMatchObject({
      status: "succeeded",
    });
  });

  it("stops at the budget, keeps what it paid for, and goes on with a larger one", async () => {
    const index = await newIndex();
    const corpus = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`${at}.md`, paragraphs(`subject ${at}`, 2)]),
    );
    await expect(ingest(index, corpus, { maxCostUsd: 0.0001 })).rejects.toMatchObject({ code: "conflict" }); // 5,000 tokens
    await ai.openai.resetCalls();
    const result = await ingest(index, corpus, { maxCostUsd: 1 });
    expect(result).toMatchObject({ status: "succeeded", chunks: 600 });
    expect((await calls()).inputs).toBeLessThan(600);
    await expect(ingest(index, corpus, { maxCostUsd: -1 })).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("reads every document again when chunks would be cut otherwise", async () => {
    const project = (await newIndex()).project;
    const before = await newIndex({}, project);
    await ingest(before, { "a.md": paragraphs("apples") });
    const after = await newIndex({ chunkTokens: 50 }, project);
    expect(await ingest(after, { "a.md": paragraphs("apples") })).toMatchObject({ ingested: 1, status: "succeeded" });
  });

  it("keeps whose a document is, what it is about, and texts that Postgres would not take as they are", async () => {
    const index = await newIndex({ audience: "members", tenancy: "organization" });
    const spec = documents({ "a.md": "With a NUL \u0000 and half a character \ud83e." });
    Object.assign(spec.documents[0]!, {
      tenant: "org-1",
      url: "https://a.example/",
      metadata: { lang: "en", year: 2026 },
    });
    await ingest(index, spec);
    const { points } = await qdrant.client.scroll(index.collection);
    expect(points[0]?.payload).toMatchObject({
      tenant: "org-1",
      url: "https://a.example/",
      metadata: { lang: "en", year: 2026 },
      text: "With a NUL  and half a character \ufffd.",
    });
  });

  it("works in parallel over batches as in one", async () => {
    const corpus = Object.fromEntries(
      Array.from({ length: 250 }, (_, at) => [`${at}.md`, paragraphs(`subject ${at}`, 2)]),
    );
    const index = await newIndex();
    expect(await ingest(index, corpus, { workers: 3 })).toMatchObject({
      status: "succeeded",
      chunks: 500,
      ingested: 250,
    });
    expect(await wrong(index)).toEqual([]);
  });
});
