import { wordsOf } from "./words.ts";

/**
 * A vector of hashed features: the text's words, pairs of neighbours, and pieces of words, so that texts about the same
 * thing are near each other although no model was asked. The same text has the same vector, always and everywhere.
 */
export function embed(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const [feature, weight] of features(text)) {
    const hash = fnv1a(feature);
    const at = hash % dimensions;
    vector[at] = vector[at]! + (hash & 0x80000000 ? -weight : weight);
  }
  const length = Math.sqrt(vector.reduce((sum, one) => sum + one * one, 0));
  if (length === 0)
    vector[0] = 1; // a text without a word is like every other such text, and like nothing else
  else for (let at = 0; at < dimensions; at++) vector[at] = vector[at]! / length;
  return vector;
}

/** How often a feature is there counts less and less. */
function features(text: string): Map<string, number> {
  const counts = new Map<string, { count: number; weight: number }>();
  const add = (feature: string, weight: number) => {
    const known = counts.get(feature);
    if (known) known.count++;
    else counts.set(feature, { count: 1, weight });
  };
  const words = wordsOf(text);
  words.forEach((word, at) => {
    add(`w ${word}`, 1);
    const next = words[at + 1];
    if (next !== undefined) add(`b ${word} ${next}`, 0.5);
    for (let from = 0; from + 4 <= word.length; from++) add(`c ${word.slice(from, from + 4)}`, 0.3);
  });
  return new Map([...counts].map(([feature, { count, weight }]) => [feature, weight * (1 + Math.log(count))]));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15; // the last bits decide on the place, and FNV mixes them least
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}
