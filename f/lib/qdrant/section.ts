import * as z from "zod";
import { COLLECTION_NAME, MAX_LENGTH } from "./names.ts";
import { DISTANCES, FIELD, INDEX_TYPES, MAX_SIZE, QUANTIZATIONS, VECTOR_NAME } from "./shape.ts";

const VECTOR = z.strictObject({
  name: z.string().regex(VECTOR_NAME).describe("The vector's name within each point."),
  size: z.int().min(1).max(MAX_SIZE).describe("How many numbers it has: the size of your model."),
  distance: z.enum(DISTANCES).default("Cosine"),
  onDisk: z.boolean().default(false).describe("Kept on disk, which saves memory."),
});

const INDEX = z.strictObject({
  field: z.string().regex(FIELD),
  type: z.enum(INDEX_TYPES),
  isTenant: z.boolean().default(false).describe("The one field that every search filters by."),
});

/** One of `vectors` in run8n.json: a collection of the vector store, as ensure_collection takes it. */
const COLLECTION = z.strictObject({
  name: z.string().max(MAX_LENGTH).regex(COLLECTION_NAME).describe("Its name within the project."),
  vectors: z.array(VECTOR).max(10).default([]),
  sparse: z
    .array(z.strictObject({ name: z.string().regex(VECTOR_NAME), idf: z.boolean().default(false) }))
    .max(10)
    .default([])
    .describe("Sparse vectors, for hybrid search; with `idf`, rare terms weigh more."),
  indexes: z.array(INDEX).max(50).default([]).describe("Payload fields that filters use."),
  quantization: z.enum(QUANTIZATIONS).default("none"),
  onDiskPayload: z.boolean().default(true),
});

export const COLLECTIONS = z
  .array(COLLECTION)
  .max(20)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "must have each name once")
  .default([]);
