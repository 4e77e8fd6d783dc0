import type { Block, ParsedDocument } from "./blocks.ts";
import { type Count, piecesOf, tailOf } from "./pieces.ts";

export type Chunk = {
  /** Where in the document it stands: titles from the outermost in. */
  path: string[];
  text: string;
  /** What is embedded: the titles and the text. */
  embedded: string;
  /** Tokens of what is embedded, never more than was allowed. */
  tokens: number;
  /** Its place among the document's chunks, from 0. */
  position: number;
  /** The page it begins on, for formats that have pages. */
  page?: number;
};

export type ChunkSizes = { maxTokens: number; overlapTokens: number };

type Unit = { text: string; tokens: number; page?: number; glue: string };
type Section = { path: string[]; blocks: Block[] };

/** Titles may take this share of a chunk; the innermost ones stay. */
const PATH_SHARE = 4;
const MAX_TITLE_LENGTH = 200;

/**
 * A document in chunks that end where its structure does: a chunk is within one section, tables are cut between rows and
 * repeat their header, code between lines. A chunk in the middle of a section begins with the end of the one before. The
 * same document always has the same chunks.
 */
export function chunkDocument({ title, blocks }: ParsedDocument, sizes: ChunkSizes, countOnce: Count): Chunk[] {
  const count = remembering(countOnce);
  const chunks: Chunk[] = [];
  for (const section of sectionsOf(title, blocks)) {
    const path = shortened(section.path, Math.floor(sizes.maxTokens / PATH_SHARE), count);
    const head = path.length > 0 ? `${path.join(" > ")}\n\n` : "";
    const room = sizes.maxTokens - (head ? count(head) : 0);
    const units = section.blocks.flatMap((block) => unitsOf(block, room, count));
    for (const { text, page } of packed(units, room, Math.min(sizes.overlapTokens, Math.floor(room / 3)), count)) {
      const embedded = head + text;
      const about = { path, text, embedded, tokens: count(embedded), position: chunks.length };
      chunks.push(page === undefined ? about : { ...about, page });
    }
  }
  return chunks;
}

/** The same parts are asked about again and again, and counting is most of the work. */
function remembering(count: Count): Count {
  const known = new Map<string, number>();
  return (text) => {
    const found = known.get(text) ?? count(text);
    known.set(text, found);
    return found;
  };
}

function sectionsOf(title: string, blocks: Block[]): Section[] {
  const sections: Section[] = [];
  let open: { level: number; text: string }[] = [];
  let current: Section | undefined;
  for (const block of blocks) {
    if (block.kind === "heading") {
      open = [...open.filter(({ level }) => level < block.level), block];
      current = undefined;
      continue;
    }
    if (!current) {
      const titles = open.map(({ text }) => text);
      current = { path: title && titles[0] !== title ? [title, ...titles] : titles, blocks: [] };
      sections.push(current);
    }
    current.blocks.push(block);
  }
  return sections;
}

/** From the innermost title outward, as many as fit. */
function shortened(path: string[], maxTokens: number, count: Count): string[] {
  const kept: string[] = [];
  for (const title of path.toReversed()) {
    const short = title.slice(0, MAX_TITLE_LENGTH);
    if (count(`${[short, ...kept].join(" > ")}\n\n`) > maxTokens) break;
    kept.unshift(short);
  }
  return kept;
}

/** The parts of a block that stay whole. */
function unitsOf(block: Block, room: number, count: Count): Unit[] {
  const unit = (text: string, glue: string): Unit => ({ text, tokens: count(text), glue, page: block.page });
  if (block.kind === "table") return tableUnits(block, room, count).map((text) => unit(text, "\n\n"));
  if (block.kind === "heading") return [];
  const glue = block.kind === "code" ? "\n" : " ";
  return piecesOf(block.text, room, count)
    .map((text) => text.replace(/^\n+|\s+$/g, ""))
    .filter(Boolean)
    .map((text, at) => unit(text, at === 0 ? "\n\n" : glue));
}

function tableUnits({ header, rows }: Extract<Block, { kind: "table" }>, room: number, count: Count): string[] {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |\n`;
  const named = header.some(Boolean) && count(line(header)) <= room / 2;
  const head = named ? line(header) : "";
  const space = room - (head ? count(head) : 0);
  const tables: string[] = [];
  let size = Infinity;
  for (const piece of rows.flatMap((row) => piecesOf(line(row), space, count))) {
    const tokens = count(piece);
    if (size + tokens > space) {
      tables.push(head);
      size = 0;
    }
    tables[tables.length - 1] += piece;
    size += tokens;
  }
  return tables.map((text) => text.trim());
}

/** Units together as long as they fit, each chunk after the first with the end of the one before. */
function packed(units: Unit[], room: number, overlap: number, count: Count): { text: string; page?: number }[] {
  const chunks: { text: string; page?: number }[] = [];
  let size = Infinity;
  for (const { text, tokens, glue, page } of units) {
    const last = chunks.at(-1);
    if (last && size + tokens + 1 <= room) {
      last.text += glue + text;
      size += tokens + 1;
      continue;
    }
    const space = Math.min(overlap, room - tokens - 1);
    const tail = last && space > 0 ? tailOf(last.text, space, count) : "";
    chunks.push({ text: tail ? `${tail}${glue}${text}` : text, page });
    size = tokens + (tail ? count(tail) + 1 : 0);
  }
  return chunks;
}
