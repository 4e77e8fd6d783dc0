import { createHash } from "node:crypto";
import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import type { Asked, Quantization } from "../qdrant/shape.ts";

/** Who may search an index: everyone, everyone with an account in the project, or members of one of its organizations. */
export const AUDIENCES = ["public", "users", "members"] as const;
export type Audience = (typeof AUDIENCES)[number];

/** Whose a chunk is: everybody's, one user's, or one organization's. */
export const TENANCIES = ["none", "user", "organization"] as const;
export type Tenancy = (typeof TENANCIES)[number];

/** How an index is made and who may ask it. */
export type IndexSettings = {
  model: string;
  dimensions: number;
  chunkTokens: number;
  overlapTokens: number;
  /** Words count beside meaning: a sparse vector beside the dense one. */
  hybrid: boolean;
  audience: Audience;
  tenancy: Tenancy;
  chatModel: string;
  quantization: Quantization;
};

/** Changed with every change to parsers or chunking that gives other chunks for the same document. */
const READER = 1;

const SIZES: Record<string, number> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};

export const DENSE = "dense";
export const SPARSE = "words";

/** The settings that are asked for, defaults filled in. Throws InvalidInput. */
export function settingsOf(asked: Partial<IndexSettings>): IndexSettings {
  const model = asked.model ?? "text-embedding-3-small";
  const chatModel = asked.chatModel ?? "gpt-4o-mini";
  for (const [argument, value] of Object.entries({ model, chatModel })) {
    if (!/^[\w./:@-]{1,100}$/.test(value)) {
      throw invalid(argument, `${argument} must be the name of a model; got ${describe(value)}`, "Pass its name.");
    }
  }
  const dimensions = whole("dimensions", asked.dimensions || SIZES[model], 1, 65_536);
  const chunkTokens = whole("chunkTokens", asked.chunkTokens ?? 400, 50, 8000);
  const given = asked.overlapTokens ?? -1;
  const overlap = given === -1 ? Math.floor(chunkTokens / 8) : given;
  const overlapTokens = whole("overlapTokens", overlap, 0, chunkTokens / 2);
  const audience = word("audience", AUDIENCES, asked.audience ?? "users");
  const tenancy = word("tenancy", TENANCIES, asked.tenancy ?? "none");
  if ((tenancy === "user" && audience === "public") || (tenancy === "organization" && audience !== "members")) {
    throw invalid("tenancy", `With tenancy ${tenancy}, callers must be known`, 'Pass audience "members" (or "users").');
  }
  const quantization = word("quantization", ["none", "scalar", "binary"] as const, asked.quantization ?? "none");
  const hybrid = asked.hybrid ?? true;
  return { model, dimensions, chunkTokens, overlapTokens, hybrid, audience, tenancy, chatModel, quantization };
}

/** The collection in Qdrant that holds such an index. */
export const collectionFor = ({ dimensions, hybrid, tenancy, quantization }: IndexSettings): Asked => ({
  vectors: [{ name: DENSE, size: dimensions, distance: "Cosine" }],
  sparse: hybrid ? [{ name: SPARSE, idf: true }] : [],
  indexes: [
    { field: "tenant", type: "keyword", isTenant: tenancy !== "none" },
    { field: "source", type: "keyword" },
    { field: "document", type: "keyword" },
  ],
  quantization,
});

/** The same for everything that decides on the chunks of a document: another one, and each document is read again. */
export const readerVersion = ({ model, dimensions, chunkTokens, overlapTokens, hybrid }: IndexSettings): string =>
  createHash("sha256")
    .update(JSON.stringify([READER, model, dimensions, chunkTokens, overlapTokens, hybrid]))
    .digest("hex")
    .slice(0, 16);

/** What vectors are remembered by, beside the text: no other model's will do. */
export const vectorModel = ({ model, dimensions }: IndexSettings): string => `${model}:${dimensions}`;

function whole(argument: string, value: unknown, least: number, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  const hint = argument === "dimensions" ? "Pass the size of the model's vectors." : `Pass a number in that range.`;
  throw invalid(argument, `${argument} must be a whole number from ${least} to ${Math.floor(most)}`, hint);
}

function word<T extends string>(argument: string, known: readonly T[], value: string): T {
  if (known.includes(value as T)) return value as T;
  throw invalid(
    argument,
    `${argument} must be one of ${known.join(", ")}; got ${describe(value)}`,
    "Pass one of these.",
  );
}

const invalid = (argument: string, message: string, hint: string): InvalidInputError =>
  new InvalidInputError(message, { hint, details: { argument } });
