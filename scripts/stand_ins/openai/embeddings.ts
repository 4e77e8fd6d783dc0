import { countTokens } from "gpt-tokenizer/encoding/cl100k_base";
import { embed } from "./embed.ts";
import { Failure, invalid, refuseUnknown } from "./failure.ts";

/** The models whose names it answers to, with the size of their vectors. */
export const EMBEDDING_MODELS: Record<string, number> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};

const MAX_INPUTS = 2048;
const MAX_INPUT_TOKENS = 8192;
const MAX_REQUEST_TOKENS = 300_000;

export type Embedding = { model: string; inputs: string[]; tokens: number; dimensions: number; base64: boolean };

/** The request as checked, with the limits of the real service. Throws Failure. */
export function embeddingOf(body: Record<string, unknown>): Embedding {
  refuseUnknown(body, ["model", "input", "encoding_format", "dimensions", "user"]);
  const full = EMBEDDING_MODELS[String(body.model)];
  if (!full)
    throw new Failure(404, `The model \`${String(body.model)}\` does not exist or you do not have access to it.`, {
      code: "model_not_found",
    });
  const inputs = typeof body.input === "string" ? [body.input] : body.input;
  if (!Array.isArray(inputs) || !inputs.every((one) => typeof one === "string")) {
    throw new Failure(501, "The openai stand-in embeds texts only, not tokens", { param: "input" });
  }
  if (inputs.length === 0 || inputs.includes("")) throw invalid("'$.input' is invalid: it must not be empty.", "input");
  if (inputs.length > MAX_INPUTS) throw invalid(`'$.input' is invalid: at most ${MAX_INPUTS} inputs.`, "input");
  const counts = inputs.map((one) => countTokens(one, { disallowedSpecial: new Set() }));
  const longest = Math.max(...counts);
  if (longest > MAX_INPUT_TOKENS) {
    throw invalid(
      `This model's maximum context length is ${MAX_INPUT_TOKENS} tokens, however you requested ${longest} tokens.`,
      "input",
    );
  }
  const tokens = counts.reduce((sum, one) => sum + one, 0);
  if (tokens > MAX_REQUEST_TOKENS)
    throw invalid(`Requested ${tokens} tokens, max ${MAX_REQUEST_TOKENS} tokens per request`, "input");
  const dimensions = body.dimensions ?? full;
  if (typeof dimensions !== "number" || !Number.isInteger(dimensions) || dimensions < 1 || dimensions > full) {
    throw invalid(`Invalid value for 'dimensions': at most ${full} for this model.`, "dimensions");
  }
  const format = body.encoding_format ?? "float";
  if (format !== "float" && format !== "base64")
    throw invalid("encoding_format must be float or base64", "encoding_format");
  return { model: String(body.model), inputs, tokens, dimensions, base64: format === "base64" };
}

export function embeddings({ model, inputs, tokens, dimensions, base64 }: Embedding) {
  const shown = (vector: Float32Array) =>
    base64 ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64") : Array.from(vector);
  return {
    object: "list",
    data: inputs.map((text, index) => ({ object: "embedding", index, embedding: shown(embed(text, dimensions)) })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
