import type { Chunk } from "../documents/chunk.ts";
import { canonical, hashOf, uuidOf } from "./hash.ts";
import type { Index } from "./index_record.ts";

/** Whose a chunk is when it is everybody's. No user and no organization has this as its id. */
export const SHARED = "*";

/** What a document is known by and shown with, beside its text. */
export type DocumentAbout = {
  source: string;
  document: string;
  title: string;
  tenant: string;
  url?: string;
  metadata?: Record<string, string | number | boolean>;
};

/** What stands with each vector in Qdrant: enough to answer from, and to tell what the index holds. */
export type ChunkPayload = DocumentAbout & {
  path: string[];
  text: string;
  position: number;
  tokens: number;
  page?: number;
  /** Of what was embedded. */
  hash: string;
};

export type ChunkPoint = { id: string; hash: string; state: string; tokens: number; payload: ChunkPayload };

/** A chunk with what it is embedded as, which is not kept. */
export type NewChunk = ChunkPoint & { embedded: string };

/**
 * The chunks of a document as the index has to hold them. The id comes from project, index, source, document and content:
 * the same content in the same document is the same point, however often it is written. `state` is a hash of all that
 * stands with it.
 */
export function chunkPoints(index: Index, about: DocumentAbout, chunks: Chunk[]): NewChunk[] {
  const seen = new Map<string, number>();
  return chunks.map((chunk) => {
    const { tokens, position, page } = chunk;
    const [path, text, embedded] = [chunk.path.map(storable), storable(chunk.text), storable(chunk.embedded)];
    const hash = hashOf(embedded);
    const again = seen.get(hash) ?? 0; // a document may say the same twice
    seen.set(hash, again + 1);
    const id = uuidOf(index.project, index.name, about.source, about.document, hash, String(again));
    const payload = { ...about, path, text, position, tokens, ...(page === undefined ? {} : { page }), hash };
    return { id, hash, state: hashOf(canonical(payload)), tokens, payload, embedded };
  });
}

/** Without what neither Postgres nor Qdrant takes: NUL, and halves of characters. */
const storable = (text: string): string => text.replaceAll("\0", "").toWellFormed();

/** What is embedded of a chunk that the ledger knows; see `chunkDocument`. */
export const embeddedText = ({ path, text }: ChunkPayload): string =>
  path.length > 0 ? `${path.join(" > ")}\n\n${text}` : text;
