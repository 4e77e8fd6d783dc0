import type { getDocumentProxy } from "unpdf";
import { InvalidInputError, TooLargeError } from "../errors.ts";
import { type Block, cleanText, oneLine, type ParsedDocument } from "./blocks.ts";

const MAX_PAGES = 5000;
/** A line is a heading when its letters are so much larger than most of the document's. */
const HEADING_RATIO = 1.15;
/** Lines further apart than so many times their height are of different paragraphs. */
const PARAGRAPH_GAP = 1.6;

type Line = { text: string; size: number; y: number; page: number };

/** The text of a PDF: paragraphs by the distance of lines, headings by the size of letters. Pictures of text have none. */
export async function parsePdf(bytes: Uint8Array): Promise<ParsedDocument> {
  const pdf = await open(bytes);
  try {
    if (pdf.numPages > MAX_PAGES) {
      throw new TooLargeError(`The PDF has ${pdf.numPages} pages, more than ${MAX_PAGES}`, { hint: "Split it." });
    }
    const lines: Line[] = [];
    for (let page = 1; page <= pdf.numPages; page++) lines.push(...(await linesOf(pdf, page)));
    const { info } = (await pdf.getMetadata()) as { info: { Title?: unknown } };
    const blocks = blocksOf(lines);
    const heading = blocks.find((one) => one.kind === "heading");
    const title = typeof info.Title === "string" && info.Title.trim() ? oneLine(cleanText(info.Title)) : heading?.text;
    return { title: title ?? "", blocks };
  } finally {
    await pdf.cleanup();
  }
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

async function open(bytes: Uint8Array): Promise<Pdf> {
  const reader = await import("unpdf"); // large, and few documents need it
  try {
    // A copy: the reader takes the buffer away from its owner.
    return await reader.getDocumentProxy(new Uint8Array(bytes), { isEvalSupported: false, verbosity: 0 });
  } catch {
    throw new InvalidInputError("The document is not a PDF that can be read", {
      hint: "Check that it opens in a viewer and has no password.",
    });
  }
}

async function linesOf(pdf: Pdf, page: number): Promise<Line[]> {
  const { items } = await (await pdf.getPage(page)).getTextContent();
  const lines: Line[] = [];
  let parts: { text: string; size: number; y: number }[] = [];
  const end = () => {
    const text = oneLine(cleanText(parts.map((one) => one.text).join("")));
    const [first] = parts;
    if (text && first) lines.push({ text, size: Math.max(...parts.map((one) => one.size)), y: first.y, page });
    parts = [];
  };
  for (const item of items) {
    if (!("str" in item)) continue;
    const y = Number(item.transform[5]);
    if (parts.length > 0 && Math.abs(parts[0]!.y - y) > Math.max(1, item.height / 2)) end();
    parts.push({ text: item.str, size: Math.round(item.height * 10) / 10, y });
    if (item.hasEOL) end();
  }
  end();
  return lines;
}

function blocksOf(lines: Line[]): Block[] {
  const body = usualSize(lines);
  const blocks: Block[] = [];
  let before: Line | undefined;
  for (const line of lines) {
    const last = blocks.at(-1);
    const near =
      before?.page === line.page &&
      Math.abs(before.y - line.y) <= line.size * PARAGRAPH_GAP &&
      before.size === line.size;
    before = line;
    if (line.size > body * HEADING_RATIO && line.text.length <= 200) {
      const level = line.size > body * 1.5 ? 1 : 2;
      if (near && last?.kind === "heading") last.text += ` ${line.text}`;
      else blocks.push({ kind: "heading", level, text: line.text, page: line.page });
    } else if (near && last?.kind === "text") last.text = joined(last.text, line.text);
    else blocks.push({ kind: "text", text: line.text, page: line.page });
  }
  return blocks;
}

/** A word that a hyphen has cut at the end of a line is one word again. */
const joined = (text: string, more: string): string =>
  /\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(more) ? text.slice(0, -1) + more : `${text} ${more}`;

/** The size that most letters have. */
function usualSize(lines: Line[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of lines) letters.set(size, (letters.get(size) ?? 0) + text.length);
  return [...letters].sort((one, other) => other[1] - one[1])[0]?.[0] ?? 0;
}
