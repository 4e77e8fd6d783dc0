import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chunkDocument } from "../../../../f/lib/documents/chunk.ts";
import { parseMarkdown } from "../../../../f/lib/documents/markdown.ts";
import { piecesOf } from "../../../../f/lib/documents/pieces.ts";
import { countTokens } from "../../../../f/lib/documents/tokens.ts";

const SIZES = { maxTokens: 60, overlapTokens: 12 };
const chunks = (markdown: string, sizes = SIZES) => chunkDocument(parseMarkdown(markdown), sizes, countTokens);
const sentences = (count: number, what = "Sentence") =>
  Array.from({ length: count }, (_, at) => `${what} number ${at} says something.`).join(" ");

describe("chunkDocument", () => {
  it("keeps each section to itself, under its titles", () => {
    const found = chunks("# Book\n\nIntro.\n\n## One\n\nText.\n\n### Deep\n\nMore.\n\n## Two\n\nLast.");
    expect(found.map(({ path, text }) => [path.join("/"), text])).toEqual([
      ["Book", "Intro."],
      ["Book/One", "Text."],
      ["Book/One/Deep", "More."],
      ["Book/Two", "Last."],
    ]);
    expect(found.map(({ position }) => position)).toEqual([0, 1, 2, 3]);
    expect(found[2]).toMatchObject({ embedded: "Book > One > Deep\n\nMore.", tokens: 8 });
  });

  it("never exceeds its tokens, and loses nothing but white space", () => {
    const source = readFileSync("README.md", "utf8");
    for (const maxTokens of [50, 200, 800]) {
      const document = parseMarkdown(source);
      const found = chunkDocument(document, { maxTokens, overlapTokens: 0 }, countTokens);
      for (const { embedded, tokens } of found) {
        expect(countTokens(embedded)).toBe(tokens);
        expect(tokens).toBeLessThanOrEqual(maxTokens);
      }
      const all = found
        .map(({ text }) => text)
        .join(" ")
        .replace(/\s/g, "");
      for (const block of document.blocks)
        if (block.kind === "text" || block.kind === "code") expect(all).toContain(block.text.replace(/\s/g, ""));
    }
  });

  it("is the same every time, and a change in one section leaves the chunks of others alone", () => {
    const source = `# A\n\n${sentences(20)}\n\n## B\n\n${sentences(20, "Other")}`;
    expect(chunks(source)).toEqual(chunks(source));
    const texts = (markdown: string) => chunks(markdown).map(({ embedded }) => embedded);
    const changed = texts(source.replace("Sentence number 3", "Changed number 3"));
    const before = texts(source);
    expect(changed.filter((one) => !before.includes(one)).length).toBeLessThanOrEqual(2);
  });

  it("begins a further chunk of a section with the end of the one before", () => {
    const found = chunks(sentences(20));
    expect(found.length).toBeGreaterThan(2);
    for (const [at, { text }] of found.entries()) {
      if (at === 0) continue;
      const [first = ""] = text.split(/(?<=\.)\s/);
      expect(found[at - 1]!.text.endsWith(first)).toBe(true);
    }
  });

  it("cuts tables between rows and repeats their header", () => {
    const rows = Array.from({ length: 30 }, (_, at) => `| ${at} | value ${at} |`);
    const found = chunks(`| key | what it is |\n|---|---|\n${rows.join("\n")}`);
    expect(found.length).toBeGreaterThan(3);
    for (const { text } of found) expect(text.startsWith("| key | what it is |\n|")).toBe(true);
    expect(found.flatMap(({ text }) => text.split("\n").slice(1))).toEqual(rows);
  });

  it("cuts code between lines", () => {
    const lines = Array.from({ length: 40 }, (_, at) => `const value${at} = compute(${at});`);
    const found = chunks(`\`\`\`\n${lines.join("\n")}\n\`\`\``, { maxTokens: 60, overlapTokens: 0 });
    expect(found.length).toBeGreaterThan(3);
    expect(found.flatMap(({ text }) => text.split("\n"))).toEqual(lines);
  });

  it("cuts even what has no place to cut, and no character in two", () => {
    const found = chunks("🦊".repeat(300));
    expect(found.map(({ text }) => text).join("")).toBe("🦊".repeat(300));
    for (const { tokens } of found) expect(tokens).toBeLessThanOrEqual(60);
  });

  it("shortens titles that would leave no room for text", () => {
    const long = "Very long title ".repeat(40);
    for (const { tokens, text } of chunks(`# ${long}\n\n## ${long}\n\n### End\n\n${sentences(10)}`)) {
      expect(tokens).toBeLessThanOrEqual(60);
      expect(text).not.toBe("");
    }
  });
});

describe("piecesOf", () => {
  it("gives back the text when its pieces are put together", () => {
    const text = `${sentences(30)}\n\nNext, with commas, and so on.\n${"word ".repeat(200)}`;
    const found = piecesOf(text, 20, countTokens);
    expect(found.join("")).toBe(text);
    for (const piece of found) expect(countTokens(piece)).toBeLessThanOrEqual(20);
  });
});

describe("countTokens", () => {
  it.each([
    ["", 0],
    ["hello world", 2],
    ["<|endoftext|>", 7],
    ["grüße 🦊", 6],
  ])("counts %j as the models do", (text, tokens) => expect(countTokens(text)).toBe(tokens));

  it("is quick for a hundred thousand characters without a blank", () => {
    const began = performance.now();
    expect(countTokens("abcdefghij".repeat(10_000))).toBeGreaterThan(10_000);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
