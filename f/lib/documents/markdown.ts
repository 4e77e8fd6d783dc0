import MarkdownIt from "markdown-it";
import { type Block, cleanText, firstHeading, oneLine, type ParsedDocument } from "./blocks.ts";
import { parseHtml } from "./html.ts";

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;

/** Blocks only: what is within a paragraph is text to us, and taking it apart is most of a parser's work. */
const parser = new MarkdownIt({ html: true });
parser.core.ruler.enableOnly(["normalize", "block"]);

type Token = ReturnType<typeof parser.parse>[number];

/** Markdown with GitHub's tables. A title in the front matter counts before the first heading. */
export function parseMarkdown(source: string): ParsedDocument {
  const text = cleanText(source);
  const front = FRONT_MATTER.exec(text);
  const body = front ? text.slice(front[0].length) : text;
  const blocks = blocksOf(parser.parse(body, {}), body.split("\n"));
  const [, title = ""] = /^title:\s*["']?(.*?)["']?\s*$/m.exec(front?.[1] ?? "") ?? [];
  return { title: title || firstHeading(blocks), blocks };
}

function blocksOf(tokens: Token[], lines: string[]): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.type === "heading_open") {
      const text = oneLine(plainly(tokens[at + 1]?.content ?? ""));
      if (text) blocks.push({ kind: "heading", level: Number(token.tag.slice(1)), text });
      at += 2;
    } else if (token.type === "bullet_list_open" || token.type === "ordered_list_open") {
      const [from = 0, to = 0] = token.map ?? [];
      blocks.push(...paragraph(lines.slice(from, to).join("\n")));
      at = closing(tokens, at);
    } else if (token.type === "table_open") {
      const end = closing(tokens, at);
      blocks.push(tableOf(tokens.slice(at, end)));
      at = end;
    } else if (token.type === "inline") blocks.push(...paragraph(token.content));
    else if (token.type === "html_block") blocks.push(...parseHtml(token.content).blocks);
    else if ((token.type === "fence" || token.type === "code_block") && token.content.trim())
      blocks.push({ kind: "code", text: token.content.trimEnd() });
  }
  return blocks;
}

/** Where what opens here is closed. */
function closing(tokens: Token[], open: number): number {
  const { type, level } = tokens[open]!;
  const close = type.replace("_open", "_close");
  const at = tokens.findIndex((one, index) => index > open && one.type === close && one.level === level);
  return at < 0 ? tokens.length : at;
}

function tableOf(tokens: Token[]): Block {
  const rows: string[][] = [];
  for (const { type, content } of tokens) {
    if (type === "tr_open") rows.push([]);
    if (type === "inline") rows.at(-1)?.push(oneLine(plainly(content)));
  }
  const [header = [], ...others] = rows;
  return { kind: "table", header, rows: others };
}

const paragraph = (text: string): Block[] => {
  const shown = plainly(text).trim();
  return shown ? [{ kind: "text", text: shown }] : [];
};

const TARGET = String.raw`\([^)\s]{0,2000}(?:\s+"[^"]{0,500}")?\)`;
const PICTURE = new RegExp(String.raw`!\[([^\]]{0,500})\]${TARGET}`, "g");
const LINK = new RegExp(String.raw`\[([^\]]{1,500})\]${TARGET}`, "g");

/** Pictures as their description and links as their text: addresses say little and cost much. */
const plainly = (text: string): string => text.replace(PICTURE, "$1").replace(LINK, "$1");
