import { coverage } from "./highlights.ts";
import type { FoundChunk } from "./search.ts";

/** How much the first order counts against how well words are covered, and titles against texts. */
const RANK_WEIGHT = 1;
const TEXT_WEIGHT = 1;
const TITLE_WEIGHT = 0.5;
/** A chunk of a document that stands above already says less that is new. */
const REPEATED = 0.15;

/**
 * Puts chunks into a better order without asking a model: how much of the question a chunk and its titles have counts
 * beside the rank that it had, and chunks of other documents go before further ones of the same.
 */
export function rerankedBy(query: string, chunks: FoundChunk[]): FoundChunk[] {
  const scored = chunks.map((chunk, rank) => ({
    chunk,
    worth:
      RANK_WEIGHT / (1 + rank / 4) +
      TEXT_WEIGHT * coverage(query, chunk.text) +
      TITLE_WEIGHT * coverage(query, `${chunk.title} ${chunk.path.join(" ")}`),
  }));
  const order: FoundChunk[] = [];
  const above = new Map<string, number>();
  while (scored.length > 0) {
    const worth = ({ chunk, worth: own }: (typeof scored)[number]) => own - REPEATED * (above.get(chunk.document) ?? 0);
    const best = scored.reduce((one, other) => (worth(other) > worth(one) ? other : one));
    scored.splice(scored.indexOf(best), 1);
    above.set(best.chunk.document, (above.get(best.chunk.document) ?? 0) + 1);
    order.push({ ...best.chunk, score: Number(worth(best).toFixed(6)) });
  }
  return order;
}
