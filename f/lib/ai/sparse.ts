/** How much a further mention of a word counts, and a longer text's mentions less: BM25's usual numbers. */
const K1 = 1.2;
const B = 0.75;
/** Words of a chunk as they mostly are; the true average would change with every document. */
const USUAL_WORDS = 250;
/** A longer word is a name, an address or noise, and is one by its beginning. */
const MAX_WORD = 40;

export type SparseVector = { indices: number[]; values: number[] };

/**
 * The words of a text as a sparse vector: each word's hash is its index, how much it says of this text its value. How rare
 * a word is in the whole index is for Qdrant to weigh in (modifier `idf`).
 */
export function sparseOf(text: string): SparseVector {
  const counts = countsOf(text);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const length = 1 - B + (B * total) / USUAL_WORDS;
  return ordered([...counts].map(([index, count]) => [index, (count * (K1 + 1)) / (count + K1 * length)]));
}

/** The words of a question: each counts once. */
export const sparseQuery = (text: string): SparseVector =>
  ordered([...countsOf(text).keys()].map((index) => [index, 1]));

/** The words as they are compared: one case, one form of each letter, and what a path or a name is made of by itself too. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return (plain.match(/[\p{L}\p{N}_]+/gu) ?? []).flatMap((word) =>
    word.includes("_") ? [word, ...word.split("_").filter(Boolean)] : [word],
  );
}

function countsOf(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const word of wordsOf(text)) {
    const index = fnv1a(word.slice(0, MAX_WORD));
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return counts;
}

function ordered(entries: [index: number, value: number][]): SparseVector {
  entries.sort(([one], [other]) => one - other);
  return { indices: entries.map(([index]) => index), values: entries.map(([, value]) => value) };
}

function fnv1a(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
