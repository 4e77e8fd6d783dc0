import { describe, expect, it } from "vitest";
import type { ParsedDocument } from "../../../../f/lib/documents/blocks.ts";
import { parseDocument } from "../../../../f/lib/documents/parse.ts";
import { runOnBun } from "../../../support/bun.ts";
import { docxOf, pdfOf, zipOf } from "../../../support/documents.ts";

const parse = (source: string | Uint8Array, name: string, mediaType?: string) =>
  parseDocument(typeof source === "string" ? Buffer.from(source) : source, { name, mediaType });
const heading = (level: number, text: string) => ({ kind: "heading", level, text });
const text = (text: string) => ({ kind: "text", text });
const code = (text: string) => ({ kind: "code", text });
const table = (header: string[], ...rows: string[][]) => ({ kind: "table", header, rows });

describe("parseDocument", () => {
  it.each<[string, string, string, ParsedDocument | object]>([
    [
      "a text",
      "a.txt",
      "One\nline.\r\n\r\nTwo.\u0000\u200b",
      { title: "", blocks: [text("One\nline."), text("Two.")] },
    ],
    [
      "Markdown",
      "a.md",
      "# Title\n\nA [link](https://x.example/y) and ![a picture](p.png).\n\n## Part\n\n- one\n  - two\n\n```ts\nlet a;\n```\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | [2](x) |\n\n<p>html</p>\n",
      {
        title: "Title",
        blocks: [
          heading(1, "Title"),
          text("A link and a picture."),
          heading(2, "Part"),
          text("- one\n  - two"),
          code("let a;"),
          text("quoted"),
          table(["a", "b"], ["1", "2"]),
          text("html"),
        ],
      },
    ],
    [
      "front matter",
      "a.md",
      '---\ntitle: "From above"\n---\n# Other\n\ntext',
      { title: "From above", blocks: [heading(1, "Other"), text("text")] },
    ],
    [
      "a page",
      "a.html",
      "<!doctype html><title>The &amp; page</title><nav>menu</nav><main><h1>Hello</h1><p>One<br>two &lt;3</p><pre>  a\n   b</pre><ul><li>x<li>y</ul><script>evil()</script><table><tr><th>k<th>v<tr><td>1<td>2</table><div hidden>no</div></main><footer>foot</footer>",
      {
        title: "The & page",
        blocks: [
          heading(1, "Hello"),
          text("One\ntwo <3"),
          code("  a\n   b"),
          text("- x"),
          text("- y"),
          table(["k", "v"], ["1", "2"]),
        ],
      },
    ],
    [
      "a page without main",
      "a.html",
      "<h2>A</h2><p>b<aside>c</aside>d",
      { title: "", blocks: [heading(2, "A"), text("b"), text("d")] },
    ],
    [
      "CSV",
      "a.csv",
      '\ufeffname;note\n"Ada; L.";"two\nlines"\nBob;',
      { title: "", blocks: [table(["name", "note"], ["Ada; L.", "two lines"], ["Bob", ""])] },
    ],
    ["tabs", "a.tsv", "a\tb\n1\t2", { title: "", blocks: [table(["a", "b"], ["1", "2"])] }],
    [
      "a JSON object",
      "a.json",
      '{"title":"T","n":1,"none":null,"deep":{"a":{"b":[1,2]}},"list":[{"x":"y"},"z"]}',
      {
        title: "T",
        blocks: [
          text("title: T\nn: 1"),
          heading(1, "deep"),
          text("a.b: 1\na.b: 2"),
          heading(1, "list"),
          text("x: y"),
          text("z"),
        ],
      },
    ],
    [
      "a JSON list",
      "a.json",
      '[{"q":"Why?","a":"So."},{"q":"Who?"}]',
      { title: "", blocks: [text("q: Why?\na: So."), text("q: Who?")] },
    ],
    ["JSON lines", "a.jsonl", '{"a":1}\n{"a":2}\n', { title: "", blocks: [text("a: 1"), text("a: 2")] }],
    ["nothing", "a.md", "", { title: "", blocks: [] }],
  ])("reads %s", async (_, name, source, expected) => {
    expect(await parse(source, name)).toEqual(expected);
  });

  it("reads a PDF by the sizes of its letters, with pages", async () => {
    const pdf = pdfOf(
      [
        [
          { text: "The manual", size: 24, y: 700 },
          { text: "A first para-", size: 10, y: 660 },
          { text: "graph of two lines.", size: 10, y: 648 },
          { text: "Another one.", size: 10, y: 600 },
        ],
        [
          { text: "Chapter", size: 14, y: 700 },
          { text: "On the second page.", size: 10, y: 680 },
        ],
      ],
      "Manual of things",
    );
    expect(await parse(pdf, "a.bin")).toEqual({
      title: "Manual of things",
      blocks: [
        { ...heading(1, "The manual"), page: 1 },
        { ...text("A first paragraph of two lines."), page: 1 },
        { ...text("Another one."), page: 1 },
        { ...heading(2, "Chapter"), page: 2 },
        { ...text("On the second page."), page: 2 },
      ],
    });
  });

  it("reads a Word document by its styles", async () => {
    const docx = docxOf(
      [
        { text: "Report", style: "Heading1" },
        { text: "Costs < gains & so on." },
        { text: "Details", style: "Heading2" },
      ],
      [
        ["Year", "Sum"],
        ["2026", "7"],
      ],
    );
    expect(await parse(docx, "report.docx")).toEqual({
      title: "Report",
      blocks: [
        heading(1, "Report"),
        text("Costs < gains & so on."),
        heading(2, "Details"),
        table(["", ""], ["Year", "Sum"], ["2026", "7"]),
      ],
    });
  });

  it.each<[string, Uint8Array | string, string, string | undefined]>([
    ["its media type over a wrong ending", "<p>x</p>", "a.txt", "text/html; charset=utf-8"],
    ["its ending where the media type says only text", "# x", "a.md", "text/plain"],
    ["its charset", Buffer.from("gr\xfc\xdfe", "latin1"), "a.txt", "text/plain; charset=iso-8859-1"],
    ["its mark of UTF-16", Buffer.from("\ufeffx", "utf16le"), "a.txt", undefined],
  ])("goes by %s", async (_, source, name, mediaType) => {
    expect((await parse(source, name, mediaType)).blocks).toHaveLength(1);
  });

  it.each<[string, () => Uint8Array | string, string, string]>([
    ["an unknown format", () => "x", "a.exe", "unsupported_type"],
    ["a program that calls itself a Word file", () => "MZ secret", "a.docx", "unsupported_type"],
    ["an archive that calls itself a text", () => zipOf({ a: "b" }), "a.txt", "unsupported_type"],
    ["a PDF that is none", () => "%PDF-1.4 secret", "a.pdf", "invalid_input"],
    ["a Word file that is none", () => zipOf({ "word/document.xml": "secret" }), "a.docx", "invalid_input"],
    ["an archive that is cut off", () => docxOf([{ text: "a" }]).subarray(0, 300), "a.docx", "invalid_input"],
    ["half a JSON document", () => '{"secret":', "a.json", "invalid_input"],
    ["a quote that is not closed", () => 'a,b\n"secret', "a.csv", "invalid_input"],
    ["bytes that are no text", () => Buffer.from([0x73, 0xff, 0xfe, 0x80]), "a.txt", "invalid_input"],
    ["more than the limit", () => Buffer.alloc(20 * 1024 * 1024 + 1, 97), "a.txt", "too_large"],
    ["a bomb", () => zipOf({ "word/document.xml": Buffer.alloc(101 * 1024 * 1024) }), "a.docx", "too_large"],
    [
      "a bomb that lies about its size",
      () => zipOf({ "word/document.xml": Buffer.alloc(101 * 1024 * 1024) }, 10),
      "a.docx",
      "too_large",
    ],
    ["a page that is nested too deep", () => "<div>".repeat(100_000), "a.html", "invalid_input"],
    ["endless nesting", () => `${'{"a":'.repeat(200)}1${"}".repeat(200)}`, "a.json", "invalid_input"],
  ])("refuses %s and repeats nothing of it", async (_, source, name, code) => {
    const error = await parse(source(), name).catch((one) => one);
    expect(error).toMatchObject({ code, hint: expect.stringMatching(/\.$/) });
    expect(JSON.stringify([error, error.message, error.cause])).not.toContain("secret");
  });

  it.each<[string, string, string]>([
    ["brackets", "a.md", "[".repeat(50_000)],
    ["emphasis", "a.md", "*a".repeat(50_000)],
    ["links", "a.md", "[a](".repeat(30_000)],
    ["a deep quote", "a.md", ">".repeat(20_000)],
    ["deep tags", "a.html", "<div>".repeat(1900)],
    ["half tags", "a.html", "<a b='".repeat(50_000)],
    ["an open comment", "a.html", `<!--${"-".repeat(100_000)}`],
  ])("is not held up by %s", async (_, name, source) => {
    const began = performance.now();
    await parse(source, name);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it("works on Bun as a worker bundles it, with every parser", async () => {
    const script = `import { parseDocument } from "@f/lib/documents/parse.ts";
      export const main = async (files) => Promise.all(files.map(async ([name, base64]) =>
        (await parseDocument(Buffer.from(base64, "base64"), { name })).blocks.length));`;
    const files: [string, Uint8Array][] = [
      ["a.md", Buffer.from("# a\n\nb")],
      ["a.html", Buffer.from("<p>a")],
      ["a.csv", Buffer.from("a,b\n1,2")],
      ["a.pdf", pdfOf([[{ text: "a", size: 10, y: 700 }]])],
      ["a.docx", docxOf([{ text: "a" }])],
    ];
    const args = [files.map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")])];
    expect(await runOnBun(script, args)).toEqual([2, 1, 1, 1, 1]);
  });
});
