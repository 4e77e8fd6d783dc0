import { wordsOf } from "../sparse.ts";

/** A part of a chunk that shows why it was found, with the places of the words in it: pairs of begin and end. */
export type Highlight = { text: string; ranges: [number, number][] };

const MAX_HIGHLIGHTS = 2;
const MAX_LENGTH = 240;

/** The sentences of a text that have most of the words that were asked for, in their order. */
export function highlightsOf(query: string, text: string): Highlight[] {
  const asked = new Set(meaningful(query));
  const sentences = sentencesOf(text).map((sentence, at) => {
    const ranges = rangesOf(sentence, asked);
    const distinct = new Set(ranges.map(([from, to]) => stemOf(sentence.slice(from, to))));
    return { at, text: sentence, ranges, worth: distinct.size };
  });
  return sentences
    .filter(({ worth }) => worth > 0)
    .sort((one, other) => other.worth - one.worth || one.at - other.at)
    .slice(0, MAX_HIGHLIGHTS)
    .sort((one, other) => one.at - other.at)
    .map(({ text: sentence, ranges }) => ({ text: sentence, ranges }));
}

/** How many of the words that a question asks for a text has, as a share of them. */
export function coverage(query: string, text: string): number {
  const asked = new Set(meaningful(query));
  if (asked.size === 0) return 0;
  const known = new Set(wordsOf(text).map(stemOf));
  return [...asked].filter((word) => known.has(word)).length / asked.size;
}

const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?…]["')\]]*)\s+|\n+/)
    .map((sentence) => sentence.trim().slice(0, MAX_LENGTH))
    .filter(Boolean);

function rangesOf(sentence: string, asked: Set<string>): [number, number][] {
  return [...sentence.matchAll(/[\p{L}\p{N}_]+/gu)].flatMap(({ 0: word, index }): [number, number][] =>
    wordsOf(word).some((one) => asked.has(stemOf(one))) ? [[index, index + word.length]] : [],
  );
}

/** Words of a question that any text has. */
const COMMON = new Set(
  (
    "a an and are as at be by can do does for from has have how i if in is it its me my of on or our so that the their there " +
    "these they this to was we what when where which who why will with you your"
  ).split(" "),
);

const meaningful = (text: string): string[] =>
  wordsOf(text)
    .filter((word) => !COMMON.has(word))
    .map(stemOf);

/** Forms of one word are one: roughly, and for languages that add to the end of words. */
const stemOf = (word: string): string => (word.length > 3 ? word.replace(/(?:ing|ed|es|s|e)$/, "") : word);
