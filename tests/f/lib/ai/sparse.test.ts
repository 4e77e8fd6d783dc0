import { describe, expect, it } from "vitest";
import { coverage, highlightsOf } from "../../../../f/lib/ai/asking/highlights.ts";
import { sparseOf, sparseQuery, wordsOf } from "../../../../f/lib/ai/sparse.ts";

describe("sparseOf", () => {
  it("gives each word an index of its own, and more weight the more often it comes", () => {
    const { indices, values } = sparseOf("bees and bees and bees dance");
    expect(indices).toHaveLength(3);
    expect(indices).toEqual([...indices].sort((one, other) => one - other));
    const weight = (word: string) => values[indices.indexOf(sparseQuery(word).indices[0]!)]!;
    expect(weight("bees")).toBeGreaterThan(weight("and"));
    expect(weight("and")).toBeGreaterThan(weight("dance"));
    expect(sparseOf("bees ".repeat(300)).values[0]).toBeLessThan(2.2);
    expect(sparseOf("")).toEqual({ indices: [], values: [] });
  });

  it("weighs a word of a long text less", () => {
    const [short, long] = ["bees", `bees ${"x ".repeat(1000)}`].map((text) => {
      const { indices, values } = sparseOf(text);
      return values[indices.indexOf(sparseQuery("bees").indices[0]!)]!;
    });
    expect(short).toBeGreaterThan(long!);
  });
});

it.each([
  ["Grüße, ÉCOLE!", ["gruße", "ecole"]],
  ["f/infra/sites/deploy_site", ["f", "infra", "sites", "deploy_site", "deploy", "site"]],
  ["E4711 v2.0", ["e4711", "v2", "0"]],
  ["日本語 текст", ["日本語", "текст"]],
])("the words of %j are %j", (text, words) => expect(wordsOf(text)).toEqual(words));

describe("highlightsOf", () => {
  it("shows the sentences that have most of what was asked for, and where", () => {
    const text = "Nothing here. A site is rolled back at once. Old releases stay. Sites are many.";
    expect(highlightsOf("How do I roll back a site?", text)).toEqual([
      {
        text: "A site is rolled back at once.",
        ranges: [
          [2, 6],
          [10, 16],
          [17, 21],
        ],
      },
      { text: "Sites are many.", ranges: [[0, 5]] },
    ]);
    expect(highlightsOf("what is it", text)).toEqual([]);
    expect(highlightsOf("whales", text)).toEqual([]);
  });
});

it("coverage is the share of the words asked for", () => {
  expect(coverage("roll back a site", "A site is rolled back.")).toBe(1);
  expect(coverage("roll back a whale", "A site is rolled back.")).toBeCloseTo(2 / 3);
  expect(coverage("what is it", "anything")).toBe(0);
});
