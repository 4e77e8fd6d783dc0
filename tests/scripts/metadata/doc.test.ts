import { describe, expect, it } from "vitest";
import { docOfLibrary, docOfMain } from "../../../scripts/metadata/doc.ts";

const script = (doc: string) => `/** A type. */\ntype T = 1;\n\n/**\n${doc}\n */\nexport async function main() {}\n`;

describe("the doc comment of main", () => {
  it("is a summary, a description, a text per argument and tags", () => {
    const doc = docOfMain(
      script(` * Makes a schema exist, e.g. for a shop. Run it again
 * at any time.
 *
 * Second paragraph.
 * @param project Name of the project,
 *   for example "shop".
 * @param route.host - the host
 * @timeout 60
 * @returns the schema`),
    );
    expect(doc).toEqual({
      summary: "Makes a schema exist, e.g. for a shop",
      description: "Run it again at any time.\n\nSecond paragraph.",
      params: new Map([
        ["project", 'Name of the project, for example "shop".'],
        ["route.host", "the host"],
      ]),
      tags: [
        { name: "timeout", text: "60" },
        { name: "returns", text: "the schema" },
      ],
    });
  });

  it("keeps lists as lists", () => {
    const doc = docOfMain(script(" * Does it:\n * - first,\n *   well\n * - second"));
    expect(doc).toMatchObject({ summary: "Does it:", description: "- first, well\n- second" });
  });

  it("must stand right before main", () => {
    expect(docOfMain("/** Not this. */\nconst a = 1;\nexport async function main() {}")).toBeUndefined();
    expect(docOfMain("export async function main() {}")).toBeUndefined();
  });

  it("does not end its first sentence inside a path or a number", () => {
    expect(docOfMain(script(" * Reads f/lib/names.ts in 1.5 s. Then stops."))?.summary).toBe(
      "Reads f/lib/names.ts in 1.5 s",
    );
  });
});

describe("the doc comment of a library", () => {
  it.each([
    [
      "what the file begins with",
      '/** The file. */\nimport "x";\n\n/** The function. */\nexport const f = 1;',
      "The file",
    ],
    [
      "else the first export's",
      'import "x";\n\n/** Private. */\nconst a = 1;\n\n/** Public. */\nexport const b = a;',
      "Public",
    ],
    ["else any", "/** Private. */\nconst a = 1;\nexport { a };", "Private"],
  ])("is %s", (_, code, summary) => {
    expect(docOfLibrary(code)?.summary).toBe(summary);
  });

  it("is never an indented one", () => {
    expect(docOfLibrary("export type T = {\n  /** A field. */\n  a: string;\n};\n")).toBeUndefined();
  });
});
