import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PROMPT } from "../../../../f/lib/openai/attempts.ts";
import { openaiClient } from "../../../../f/lib/openai/client.ts";
import { batchesOf, embedder } from "../../../../f/lib/openai/embed.ts";
import { type Clock, Pace } from "../../../../f/lib/openai/pace.ts";
import { embed as vectorOf } from "../../../../scripts/stand_ins/openai/embed.ts";
import { startOpenai } from "../../../support/openai.ts";

let server: Awaited<ReturnType<typeof startOpenai>>;
beforeAll(async () => {
  server = await startOpenai();
});
afterEach(() => server.set({}));
afterAll(() => server?.remove());

const MODEL = "text-embedding-3-small";
const open = (more: Partial<Parameters<typeof embedder>[0]> = {}) =>
  embedder({ client: openaiClient(server.resource), model: MODEL, dimensions: 64, ...more });
const texts = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ text: `text number ${at % 1000}`, tokens: 4 }));
/** Waits are only counted, but given a moment for what else is under way. */
const quick = () => {
  const waits: number[] = [];
  const clock: Clock = {
    now: () => performance.now(),
    sleep: (ms) => {
      waits.push(ms);
      return new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20)));
    },
  };
  return { waits, pace: new Pace(clock) };
};

describe("embedder", () => {
  it("answers each text's own vector, in order, over many calls at once", async () => {
    await server.resetCalls();
    const vectors = await open()(texts(600));
    expect(await server.calls()).toMatchObject({ embeddings: 3, inputs: 600 });
    expect(vectors).toHaveLength(600);
    for (const at of [0, 255, 256, 599]) {
      const wanted = vectorOf(`text number ${at}`, 64);
      expect(Math.max(...vectors[at]!.map((one, index) => Math.abs(one - wanted[index]!)))).toBeLessThan(1e-6);
    }
    expect(await open()([])).toEqual([]);
  });

  it("tries again after faults, limits and broken connections", async () => {
    for (const failures of [[500], [503, 429, 502], [0], [408, 0, 500]]) {
      await server.set({ failures: [...failures] });
      const { pace } = quick();
      expect(await open({ pace })(texts(3))).toHaveLength(3);
    }
  });

  it.each([400, 401, 403, 404])("does not try again after %d", async (status) => {
    await server.resetCalls();
    await server.set({ failures: [status, status] });
    await expect(open()(texts(1))).rejects.toMatchObject({
      code: "upstream_failed",
      retryable: false,
      details: { status },
    });
    expect((await server.calls()).refused).toBe(1);
  });

  it("gives up on a service that stays broken, and says that it may pass", async () => {
    await server.set({ failures: Array(20).fill(503) });
    const { pace, waits } = quick();
    await expect(open({ pace })(texts(1))).rejects.toMatchObject({ retryable: true, details: { status: 503 } });
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16000]);
  });

  it("asks a few times only when somebody waits for it, and not at all when it would have to wait for long", async () => {
    const { pace, waits } = quick();
    await server.resetCalls();
    await server.set({ failures: Array(9).fill(503) });
    await expect(open({ pace, patience: PROMPT })(texts(1))).rejects.toMatchObject({ retryable: true });
    expect(waits).toEqual([250, 500]);
    await server.set({ tokensPerMinute: 600 });
    await open({ patience: PROMPT })(texts(140)); // most of a minute's tokens
    const began = performance.now();
    await expect(open({ patience: PROMPT })(texts(140))).rejects.toMatchObject({ retryable: true });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it("stays within limits that the service tells of, without being refused once it knows them", async () => {
    await server.resetCalls();
    await server.set({ requestsPerMinute: 60_000, tokensPerMinute: 12_000 });
    const pace = new Pace();
    const embed = open({ pace });
    await embed(texts(1)); // learns them
    const began = performance.now();
    await embed(texts(3_100)); // 400 tokens more than a full minute has: two seconds
    expect(performance.now() - began).toBeGreaterThan(1000);
    expect(await server.calls()).toMatchObject({ inputs: 3_101, refused: 0 });
  });

  it("waits as long as a refusal asks for", async () => {
    await server.set({ tokensPerMinute: 6000 });
    const embed = open({ concurrency: 4 });
    const batch = texts(1400).map((one) => ({ ...one, tokens: 4 }));
    const began = performance.now();
    await embed(batch.slice(0, 1024)); // 4,096 tokens
    await embed(batch.slice(0, 512)); // 2,048 more than are left: a little more than a second
    expect(performance.now() - began).toBeGreaterThan(1000);
  });

  it("asks whether it may spend before each call, and stops when it may not", async () => {
    await server.resetCalls();
    let left = 1100;
    const spend = async (tokens: number) => {
      left -= tokens;
      if (left < 0) throw new RangeError("the budget is spent");
    };
    await expect(open({ spend, concurrency: 1 })(texts(600))).rejects.toThrow("the budget is spent");
    expect((await server.calls()).inputs).toBe(256);
  });

  it("refuses vectors of another size than the index has", async () => {
    const embed = embedder({ client: openaiClient(server.resource), model: "text-embedding-ada-002", dimensions: 64 });
    await expect(embed(texts(1))).rejects.toMatchObject({
      code: "upstream_failed",
      details: { dimensions: 64, answered: 1536 },
    });
  });

  it("says that the service is away, without the key", async () => {
    const client = openaiClient({ api_key: "hunter2", base_url: "http://127.0.0.1:1/v1" });
    const { pace } = quick();
    const error = await embedder({ client, model: MODEL, dimensions: 64, pace })(texts(1)).catch((one) => one);
    expect(error).toMatchObject({ code: "upstream_unreachable", retryable: true });
    expect(JSON.stringify([error, error.message])).not.toContain("hunter2");
  });
});

describe("batchesOf", () => {
  it("puts texts together up to 256 of them and 100,000 tokens", () => {
    const sizes = (tokens: number[]) => batchesOf(tokens.map((one) => ({ tokens: one }))).map((batch) => batch.length);
    expect(sizes(Array(600).fill(10))).toEqual([256, 256, 88]);
    expect(sizes([60_000, 60_000, 1000, 200_000, 1])).toEqual([1, 2, 1, 1]);
    expect(sizes([])).toEqual([]);
  });
});
