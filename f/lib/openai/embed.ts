import { UpstreamError } from "../errors.ts";
import { attempted, type Patience } from "./attempts.ts";
import type { OpenAI } from "./client.ts";
import { Pace } from "./pace.ts";

export type Embeddable = { text: string; tokens: number };

/** Turns texts into unit vectors, in their order. */
export type Embed = (texts: readonly Embeddable[]) => Promise<Float32Array[]>;

export type EmbedderOptions = {
  client: OpenAI;
  model: string;
  dimensions: number;
  /** Calls at once. */
  concurrency?: number;
  /** Asked before each call; throws when the budget does not allow it. */
  spend?: (tokens: number) => Promise<void>;
  pace?: Pace;
  /** As for work that nobody waits for, unless told otherwise. */
  patience?: Patience;
};

/** Beyond these a call takes longer than two smaller ones at once; the service's own limits are higher. */
const MAX_INPUTS = 256;
const MAX_TOKENS = 100_000;
const CONCURRENCY = 8;

/** An embedder on any service that speaks OpenAI's API: batched by tokens, many calls at once, within its limits. */
export function embedder({
  client,
  model,
  dimensions,
  concurrency = CONCURRENCY,
  spend,
  pace = new Pace(),
  patience,
}: EmbedderOptions): Embed {
  // Only these models can be asked for a size; others have the one they have.
  const size = model.startsWith("text-embedding-3") ? { dimensions } : {};
  // One after the other: whoever keeps the budget may have one connection for all of them.
  let asked: Promise<unknown> = Promise.resolve();
  const spendInTurn = (tokens: number) => {
    const next = asked.then(() => spend?.(tokens));
    asked = next.catch(() => undefined);
    return next;
  };
  const embedBatch = async (batch: readonly Embeddable[]): Promise<Float32Array[]> => {
    const tokens = batch.reduce((sum, one) => sum + one.tokens, 0);
    await spendInTurn(tokens);
    const input = batch.map(({ text }) => text);
    const asked = { model, input, encoding_format: "base64", ...size } as const;
    const call = () => client.embeddings.create(asked).withResponse();
    const answer = await attempted(pace, tokens, call, patience);
    const vectors: Float32Array[] = [];
    for (const { index, embedding } of answer.data) vectors[index] = vectorOf(embedding);
    check(vectors, batch.length, dimensions, model);
    return vectors;
  };
  return async (texts) => (await atOnce(concurrency, batchesOf(texts), embedBatch)).flat();
}

/** Left to itself the client makes arrays of numbers, which takes longer than all else; some services know nothing better. */
function vectorOf(embedding: number[] | string): Float32Array {
  if (typeof embedding !== "string") return Float32Array.from(embedding);
  const { buffer, byteOffset, byteLength } = Buffer.from(embedding, "base64");
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength - (byteLength % 4)));
}

/** A service that answers with something else would fill an index with nonsense. */
function check(vectors: Float32Array[], count: number, dimensions: number, model: string): void {
  const sound = (vector: Float32Array | undefined) => vector?.length === dimensions && vector.every(Number.isFinite);
  if (vectors.length === count && Array.from(vectors).every(sound)) return;
  throw new UpstreamError(`The model ${model} did not answer with ${count} vectors of ${dimensions} numbers`, {
    hint: `Check the index's dimensions: this model's vectors have ${vectors[0]?.length ?? 0}.`,
    details: { model, dimensions, answered: vectors[0]?.length ?? 0 },
  });
}

/** The texts in their order, as many together as a call should have. */
export function batchesOf<T extends { tokens: number }>(texts: readonly T[]): T[][] {
  const batches: T[][] = [];
  let tokens = Infinity;
  for (const text of texts) {
    const open = batches.at(-1);
    if (open && open.length < MAX_INPUTS && tokens + text.tokens <= MAX_TOKENS) {
      open.push(text);
      tokens += text.tokens;
    } else {
      batches.push([text]);
      tokens = text.tokens;
    }
  }
  return batches;
}

/** Does the work for each item, at most so many at a time, and answers in the order of the items. */
export async function atOnce<T, R>(limit: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
