import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startOpenai } from "../support/openai.ts";

/**
 * What we rely on of an OpenAI-compatible service, asked through the official package: of the stand-in, and of a real one
 * when OPENAI_URL and OPENAI_API_KEY say where it is (it costs a fraction of a cent).
 */
const real = process.env.OPENAI_URL;
let server: Awaited<ReturnType<typeof startOpenai>> | undefined;
let client: OpenAI;
beforeAll(async () => {
  if (!real) server = await startOpenai();
  client = server?.client ?? new OpenAI({ baseURL: real, apiKey: process.env.OPENAI_API_KEY, maxRetries: 0 });
});
afterAll(() => server?.remove());

const MODEL = "text-embedding-3-small";
const embed = async (texts: string[], dimensions?: number) =>
  (await client.embeddings.create({ model: MODEL, input: texts, ...(dimensions ? { dimensions } : {}) })).data.map(
    ({ embedding }) => embedding,
  );
const similarity = (one: number[], other: number[]) => one.reduce((sum, value, at) => sum + value * other[at]!, 0);

describe("embeddings", () => {
  it("are unit vectors of the model's size or the size asked for, in the order of the inputs", async () => {
    const input = ["first text", "a second one"];
    const answer = await client.embeddings.create({ model: MODEL, input });
    expect(answer.data.map(({ index, embedding }) => [index, embedding.length])).toEqual([
      [0, 1536],
      [1, 1536],
    ]);
    expect(answer.usage).toEqual({ prompt_tokens: 5, total_tokens: 5 });
    const floats = await client.embeddings.create({ model: MODEL, input, encoding_format: "float" });
    for (const [at, { embedding }] of floats.data.entries())
      expect(similarity(embedding, answer.data[at]!.embedding)).toBeCloseTo(1, 3);
    const [short] = await embed(["first text"], 256);
    expect(short).toHaveLength(256);
    expect(similarity(short!, short!)).toBeCloseTo(1, 3);
  });

  it("are near for texts about the same thing, and far for others", async () => {
    const [question, answer, other] = await embed([
      "How do I roll a site back to an earlier release?",
      "rollback_site returns to an earlier release of the site in one atomic switch.",
      "Bees dance to tell each other where flowers are.",
    ]);
    expect(similarity(question!, answer!)).toBeGreaterThan(similarity(question!, other!) + 0.1);
  });

  it.each<[string, OpenAI.EmbeddingCreateParams, number]>([
    ["an unknown model", { model: "no-such-model", input: "a" }, 404],
    ["an empty text", { model: MODEL, input: [""] }, 400],
    ["no text", { model: MODEL, input: [] }, 400],
    ["a text beyond the context", { model: MODEL, input: "word ".repeat(8300) }, 400],
    ["too many dimensions", { model: MODEL, input: "a", dimensions: 5000 }, 400],
  ])("are refused for %s", async (_, asked, status) => {
    await expect(client.embeddings.create(asked)).rejects.toMatchObject({ status });
  });
});

describe("chat completions", () => {
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: "system", content: 'Answer from the sources. If they do not say, reply with exactly "NOTHING".' },
    {
      role: "user",
      content:
        '<source id="1" title="a">Bees dance.</source>\n<source id="2" title="b">A release is switched atomically. Old releases stay.</source>\n\nHow is a release switched?',
    },
  ];
  const model = "gpt-4o-mini";

  it("answer from what they are given, at once or word by word", async () => {
    const whole = await client.chat.completions.create({ model, messages, temperature: 0 });
    expect(whole.choices[0]).toMatchObject({ finish_reason: "stop", message: { role: "assistant" } });
    expect(whole.choices[0]?.message.content).toMatch(/atomic/i);
    expect(whole.usage?.total_tokens).toBeGreaterThan(20);

    const stream = await client.chat.completions.create({
      model,
      messages,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    let usage: OpenAI.CompletionUsage | null | undefined;
    let reason: string | null | undefined;
    for await (const chunk of stream) {
      const piece = chunk.choices[0]?.delta.content;
      if (piece) pieces.push(piece);
      reason = chunk.choices[0]?.finish_reason ?? reason;
      usage = chunk.usage ?? usage;
    }
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join("")).toMatch(/atomic/i);
    expect([reason, usage?.total_tokens]).toEqual(["stop", expect.any(Number)]);
  });

  it("say so when the sources do not", async () => {
    const asked = [
      messages[0]!,
      { role: "user", content: `${messages[1]!.content}`.replace(/How is.*/, "Who won the cup in 1954?") } as const,
    ];
    const answer = await client.chat.completions.create({ model, messages: asked, temperature: 0 });
    expect(answer.choices[0]?.message.content).toBe("NOTHING");
  });

  it("stop where they are told to", async () => {
    const answer = await client.chat.completions.create({ model, messages, max_completion_tokens: 2 });
    expect(answer.choices[0]?.finish_reason).toBe("length");
  });
});

it("a wrong key is refused", async () => {
  const other = new OpenAI({ baseURL: client.baseURL, apiKey: "wrong", maxRetries: 0 });
  await expect(other.models.list()).rejects.toMatchObject({ status: 401, code: "invalid_api_key" });
});

it("models are listed", async () => {
  const ids: string[] = [];
  for await (const { id } of client.models.list()) ids.push(id);
  expect(ids).toEqual(expect.arrayContaining([MODEL, "gpt-4o-mini"]));
});
