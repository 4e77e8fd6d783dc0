import { describe, expect, it } from "vitest";
import { main as evaluateSearch } from "../../../../f/infra/ai/evaluate_search.ts";
import { repositoryDocuments } from "../../../../scripts/cli/demo/documents.ts";
import { documents, testAi } from "../../../support/ai_index.ts";

const { db, qdrant, ai, index: newIndex, ingest } = testAi();

/** Questions that a reader of this repository has, in their own words, and the document that answers each. */
const QUESTIONS: [question: string, document: string, answer?: string][] = [
  [
    "Which card fails at the next payment?",
    "templates/saas/README.md",
    "4000 0000 0000 0341 fails at the next payment",
  ],
  ["How long do the features stay after a missed payment?", "templates/saas/README.md", "features stay for seven days"],
  ["How do I let in only people whom somebody has invited?", "templates/saas/README.md"],
  ["Which pages of the app need a signed in user?", "templates/saas/README.md"],
  ["Where do I change the colours of the landing page?", "templates/static/README.md"],
  ["What does the form answer for an address that is on the list already?", "templates/static/README.md"],
  ["How are bots trapped?", "templates/static/README.md", "website is a trap for bots"],
  ["What must I add so that analytics and fonts from elsewhere load?", "templates/static/README.md"],
  ["What does a push remove from the workspace?", "resources/README.md", "removes only what it has pushed itself"],
  ["Which secrets do I create as secret variables?", "resources/README.md"],
  ["What does a plain wmill sync push do that run8n push does not?", "resources/README.md"],
  ["What resource does Windmill need for embeddings?", "resources/README.md"],
  ["What happens to running jobs after a crash of the engine?", "scripts/engine/README.md"],
  ["Which MCP scopes are there?", "scripts/engine/README.md"],
  ["How are secrets sealed in the engine's database?", "scripts/engine/README.md", "sealed with AES-256-GCM"],
  ["How many workers does the local engine have?", "scripts/engine/README.md"],
  ["Does the page of the engine use a framework?", "scripts/engine/README.md", "no framework, no build"],
  ["How many lines may the main of a script have?", "CLAUDE.md", "main of at most 40 lines"],
  ["What may an error message not repeat?", "CLAUDE.md", "neither repeats a rejected value"],
  ["What must a preprocessor of a hostile route read the body from?", "CLAUDE.md"],
  ["How do I add a verb?", "CLAUDE.md"],
  ["Is rsync faster than a deploy?", "README.md", "rsync is about twice as fast for a small change"],
  ["How do I stop the stack and keep the data?", "README.md"],
  ["Which packages does Debian need?", "README.md", "postgresql, redis-server and caddy"],
];
const NOBODY_KNOWS = [
  "Who won the football world cup in 1954?",
  "How long does sourdough rise at high altitude?",
  "What is the boiling point of ethanol?",
  "Which planet has the most moons?",
];

type Question = { question: string; documents: string[]; answer?: string | undefined };

const evaluate = (
  project: string,
  questions: Question[],
  more: { k?: number; answers?: boolean; tenant?: string } = {},
) =>
  evaluateSearch(
    project,
    "docs",
    questions as Parameters<typeof evaluateSearch>[2],
    more.k,
    "hybrid",
    false,
    more.answers,
    more.tenant,
    qdrant.value,
    ai.openai.resource,
    db,
  );

describe("evaluate_search", () => {
  it("judges search and answers over this repository's own documents", async () => {
    const { project } = await ingested(Object.fromEntries(repositoryDocuments().map(({ id, text }) => [id, text])), {
      dimensions: 1536,
      chunkTokens: 200,
    });
    const known = QUESTIONS.map(([question, document, answer]) => ({ question, documents: [document], answer }));
    const unknown = NOBODY_KNOWS.map((question) => ({ question, documents: [] }));
    const { recall, mrr, answers, misses, tokens } = await evaluate(project, [...known, ...unknown]);
    // With the stand-in, which is no model: 1, 0.93, and for answers 1, 1, 1, 1, 0.95 when this was written.
    expect(recall, JSON.stringify(misses)).toBeGreaterThanOrEqual(0.9);
    expect(mrr).toBeGreaterThanOrEqual(0.85);
    expect(answers?.answered).toBeGreaterThanOrEqual(0.9);
    expect(answers?.cited).toBeGreaterThanOrEqual(0.9);
    expect(answers?.declined).toBeGreaterThanOrEqual(0.75);
    expect(answers?.groundedness).toBeGreaterThanOrEqual(0.95);
    expect(answers?.agreement).toBeGreaterThanOrEqual(0.8);
    expect(tokens).toBeGreaterThan(10_000);
  });

  it("counts what it was told to expect, and says what was found instead", async () => {
    const { project } = await ingested({
      "a.md": "Apples are red.",
      "b.md": "Bees make honey.",
      "c.md": "Cats sleep.",
    });
    const questions = [
      { question: "Are apples red?", documents: ["a.md"], answer: "Apples are red and sweet" },
      { question: "Do bees make honey?", documents: ["b.md", "gone.md"] },
      { question: "Do cats sleep?", documents: ["a.md"] },
      { question: "Who makes honey?", documents: [] },
    ];
    expect(await evaluate(project, questions, { k: 1 })).toEqual({
      project,
      index: "docs",
      questions: 4,
      k: 1,
      recall: 0.5, // 1, a half, 0
      mrr: 0.6667, // 1, 1, 0
      answers: { answered: 1, cited: 0.6667, declined: 0, groundedness: 1, agreement: 0.6667 },
      misses: [
        { question: 2, missing: ["gone.md"], found: ["b.md"] },
        { question: 3, missing: ["a.md"], found: ["c.md"] },
      ],
      tokens: expect.any(Number),
    });
    await ai.openai.resetCalls();
    const searched = await evaluate(project, questions.slice(3), { answers: false });
    expect(searched).toMatchObject({ recall: null, mrr: null, misses: [] });
    expect(searched).not.toHaveProperty("answers");
    expect(await ai.openai.calls()).toMatchObject({ chats: 0 });
  });

  it("sees as much as the tenant that it is told of", async () => {
    const spec = documents({ "one.md": "The secret of one.", "all.md": "No secret of all." });
    Object.assign(spec.documents[0]!, { tenant: "one" });
    const index = await newIndex({ audience: "members", tenancy: "organization" });
    await ingest(index, spec);
    const asked = [{ question: "the secret of one", documents: ["one.md"] }];
    expect(await evaluate(index.project, asked, { answers: false })).toMatchObject({ recall: 0 });
    expect(await evaluate(index.project, asked, { answers: false, tenant: "one" })).toMatchObject({ recall: 1 });
  });

  it.each<[string, object[], number | undefined]>([
    ["no question", [], undefined],
    ["a question of nothing", [{ question: " ", documents: [] }], undefined],
    ["no list of documents", [{ question: "evil" }], undefined],
    ["a field that there is not", [{ question: "evil", documents: [], sources: [] }], undefined],
    ["k of none", [{ question: "evil", documents: [] }], 0],
  ])("refuses %s", async (_, questions, k) => {
    const call = evaluate("shop", questions as Question[], k === undefined ? {} : { k });
    await expect(call).rejects.toMatchObject({ code: "invalid_input", message: expect.not.stringContaining("evil") });
  });
});

async function ingested(texts: Record<string, string>, settings: Parameters<typeof newIndex>[0] = {}) {
  const index = await newIndex(settings);
  await ingest(index, documents(texts));
  return index;
}
