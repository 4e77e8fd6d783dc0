import { Failure, failed } from "../../scripts/stand_ins/openai/failure.ts";
import { Limits, UNLIMITED } from "../../scripts/stand_ins/openai/limits.ts";

/** Small, so that what is measured is not how fast the stand-in for Qdrant reads JSON. */
export const DIMENSIONS = 256;

export type Tally = { calls: number; inputs: number };

/**
 * An embedding service that costs its callers what a real one does, and this machine next to nothing: each call waits, each
 * counts against a limit, and the vectors are made of the texts' hashes.
 */
export function startEmbedder(settings: { latencyMs: number; requestsPerMinute?: number; tokensPerMinute?: number }) {
  const limits = new Limits({ ...UNLIMITED, ...settings });
  const tally: Tally = { calls: 0, inputs: 0 };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const { input, model, encoding_format } = (await request.json()) as Record<string, string | string[]>;
      const texts = [input].flat() as string[];
      try {
        limits.take(texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0));
      } catch (error) {
        if (error instanceof Failure) return failed(error, limits.headers());
        throw error;
      }
      tally.calls += 1;
      tally.inputs += texts.length;
      await Bun.sleep(settings.latencyMs);
      const data = texts.map((text, index) => ({
        object: "embedding",
        index,
        embedding: encoding_format === "base64" ? base64(vectorOf(text)) : [...vectorOf(text)],
      }));
      const usage = { prompt_tokens: 0, total_tokens: 0 };
      return Response.json({ object: "list", model, data, usage }, { headers: limits.headers() });
    },
  });
  return {
    resource: { api_key: "bench", base_url: `http://127.0.0.1:${server.port}/v1` },
    tally,
    stop: () => server.stop(true),
  };
}

/** The same text, the same direction; other texts, others. */
function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  let state = Number(BigInt(Bun.hash(text)) & 0xffffffffn) | 1;
  for (let at = 0; at < DIMENSIONS; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    vector[at] = state / 2 ** 31;
  }
  const length = Math.hypot(...vector);
  return vector.map((one) => one / length);
}

const base64 = (vector: Float32Array): string => Buffer.from(vector.buffer).toString("base64");
