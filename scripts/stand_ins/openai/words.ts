/** Words that say nothing of what a text is about. */
const EMPTY = new Set(
  (
    "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its me my " +
    "not of on or our she so than that the their them then there these they this those to us was we were what when where which " +
    "who why will with would you your"
  ).split(" "),
);

/** The words of a text that carry meaning, in order, each cut back to what its forms have in common. */
export const wordsOf = (text: string): string[] =>
  (
    text
      .toLowerCase()
      .normalize("NFKC")
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
    .filter((word) => !EMPTY.has(word))
    .map(stem);

/** Endings of English off, roughly: "rolled", "rolling" and "rolls" are one word afterwards. */
function stem(word: string): string {
  if (word.length < 5) return word.length === 4 && word.endsWith("s") ? word.slice(0, -1) : word;
  const cut = word.replace(/(?:ies|ied)$/, "y").replace(/(?:ing|edly|ed|es|s|ly|ment|ments|ation|ations)$/, "");
  const base = cut.length >= 3 ? cut : word;
  return base.replace(/(.)\1$/, "$1").replace(/e$/, "");
}
