/** What a document consists of, whatever format it came in, in reading order. `page` is there for formats that have pages. */
export type Block = { page?: number } & (
  | { kind: "heading"; level: number; text: string }
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "table"; header: string[]; rows: string[][] }
);

export type ParsedDocument = { title: string; blocks: Block[] };

/** White space as one blank each, and no others than that. */
export const oneLine = (text: string): string => text.replace(/\s+/gu, " ").trim();

/** Line ends as one kind, without blanks at the end of lines or what no reader sees. */
export const cleanText = (text: string): string =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}]/gu, "")
    .replace(/[ \t]+$/gm, "")
    .normalize("NFC");

/** The text of the first heading of the highest level, for formats that know no title of their own. */
export function firstHeading(blocks: Block[]): string {
  for (const block of blocks) if (block.kind === "heading" && block.level === 1) return block.text;
  return "";
}
