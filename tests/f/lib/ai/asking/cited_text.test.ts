import { describe, expect, it } from "vitest";
import { CitedText } from "../../../../../f/lib/ai/asking/cited_text.ts";

const SOURCES = [
  { text: "Bees dance. See https://bees.example/dance for more.", url: "https://docs.example/bees" },
  { text: "A release is switched at once." },
];

/** What is given out in all, and after each piece: whole, by words, and by letters. */
function shown(answer: string, sources = SOURCES) {
  const ways = [[answer], answer.match(/\s*\S+/g) ?? [], [...answer]].map((pieces) => {
    const text = new CitedText(sources);
    const parts = [...pieces.map((piece) => text.push(piece)), text.end()];
    return { all: parts.join(""), parts, cited: [...text.cited], groundedness: text.groundedness };
  });
  expect(new Set(ways.map(({ all }) => all)).size, JSON.stringify(ways.map(({ all }) => all))).toBe(1);
  return ways[1]!;
}

describe("CitedText", () => {
  it("gives out statements as soon as they are cited, and what ends the answer", () => {
    const { all, parts, cited } = shown("Bees dance [1]. Releases switch at once [2]. So it is.");
    expect(all).toBe("Bees dance [1]. Releases switch at once [2]. So it is.");
    expect(parts.filter(Boolean)).toEqual(["Bees dance [1]", ". Releases switch at once [2]", ". So it is."]);
    expect(cited).toEqual([1, 2]);
  });

  it.each<[string, string, string]>([
    ["nothing without a citation", "I am sure that bees are blue.", ""],
    ["nothing of what a model says when it does not know", "NO_ANSWER_IN_SOURCES", ""],
    [
      "no citation of a source that there is not",
      "Bees dance [1][7]. More [0] of [99] it.",
      "Bees dance [1]. More  of  it.",
    ],
    ["nothing when all citations are of nothing", "Bees dance [7].", ""],
    ["several citations each by itself", "Bees dance [1, 2; 9].", "Bees dance [1][2]."],
    ["links as their text", "Bees [dance](https://evil.example/?q=secret) a lot [1].", "Bees dance a lot [1]."],
    ["no pictures", "Bees ![x](https://evil.example/p.png?d=secret) dance [1].", "Bees  dance [1]."],
    [
      "no address that no source has",
      "Go to https://evil.example/?q=secret now [1].",
      "Go to (address removed) now [1].",
    ],
    [
      "no address that only begins as one of a source",
      "See https://bees.example/dance?q=secret [1].",
      "See (address removed) [1].",
    ],
    [
      "addresses that sources have",
      "See https://bees.example/dance, or https://docs.example/bees. [1]",
      "See https://bees.example/dance, or https://docs.example/bees. [1]",
    ],
    ["no characters that hide text", "Bees\u202e dance\u200b [1].", "Bees dance [1]."],
    ["brackets that are no citations", "An array a[i] and [note] too [1].", "An array a[i] and [note] too [1]."],
    ["an open bracket as it is", "Half [ a bracket, and bees dance [1].", "Half [ a bracket, and bees dance [1]."],
  ])("gives out %s", (_, answer, expected) => expect(shown(answer).all).toBe(expected));

  it("measures how much of the statements their sources have", () => {
    expect(shown("Bees dance [1]. A release is switched at once [2].").groundedness).toBe(1);
    expect(shown("Whales sing quietly under water [1].").groundedness).toBe(0);
    expect(shown("Nothing.").groundedness).toBeNull();
  });
});
