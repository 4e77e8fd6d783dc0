import { Parser } from "htmlparser2";
import { InvalidInputError } from "../errors.ts";
import { type Block, cleanText, firstHeading, oneLine, type ParsedDocument } from "./blocks.ts";

/** What is on a page and not of it. */
const SKIPPED = new Set(
  "script style noscript template svg nav footer aside form button select iframe object canvas dialog".split(" "),
);
/** What ends a paragraph. */
const BREAKS = new Set(
  "p div section article main header ul ol li dl dt dd blockquote figure figcaption details summary hr table body tr".split(
    " ",
  ),
);
const HEADING = /^h([1-6])$/;
/** The parser takes time that grows with the square of the depth. */
const MAX_DEPTH = 2000;

/**
 * A page as its readers see it: without menus, scripts and forms, and only what is in `main` where there is one.
 * Throws InvalidInput for a page whose tags are nested too deep.
 */
export function parseHtml(source: string): ParsedDocument {
  const page = new PageReader();
  const parser = new Parser(page, { decodeEntities: true, lowerCaseTags: true });
  parser.write(cleanText(source));
  parser.end();
  const blocks = page.main ?? page.blocks;
  return { title: oneLine(page.title) || firstHeading(blocks), blocks };
}

class PageReader {
  title = "";
  /** The blocks of `main`, once there is one. */
  main: Block[] | undefined;
  readonly blocks: Block[] = [];
  #text = "";
  #skipping: string[] = [];
  #heading: number | undefined;
  #inTitle = false;
  #pre = 0;
  #depth = 0;
  #table: { rows: string[][]; row: string[]; headed: boolean } | undefined;

  onopentag(name: string, attributes: Record<string, string>): void {
    if (++this.#depth > MAX_DEPTH) {
      throw new InvalidInputError(`The page is nested deeper than ${MAX_DEPTH} levels`, { hint: "Check its HTML." });
    }
    if (
      this.#skipping.length > 0 ||
      SKIPPED.has(name) ||
      attributes.hidden !== undefined ||
      attributes["aria-hidden"] === "true"
    ) {
      if (!VOID.has(name)) this.#skipping.push(name);
      return;
    }
    if (name === "title") this.#inTitle = true;
    else if (name === "br") this.#text += "\n";
    else if (name === "img") this.#text += attributes.alt ?? "";
    else if (name === "table" && !this.#table) {
      this.#flush();
      this.#table = { rows: [], row: [], headed: false };
    } else if (this.#table) this.#openInTable(name);
    else this.#open(name);
  }

  #open(name: string): void {
    const level = HEADING.exec(name)?.[1];
    if (level || name === "pre" || BREAKS.has(name)) this.#flush();
    if (level) this.#heading = Number(level);
    if (name === "pre") this.#pre++;
    if (name === "li") this.#text += "- ";
    if (name === "main" && !this.main) this.main = [];
  }

  #openInTable(name: string): void {
    if (name === "tr") this.#table!.row = [];
    if (name === "td" || name === "th") this.#text = "";
    if (name === "th" && this.#table!.rows.length === 0) this.#table!.headed = true;
  }

  ontext(text: string): void {
    if (this.#skipping.length > 0) return;
    if (this.#inTitle) this.title += text;
    else this.#text += this.#pre > 0 ? text : text.replace(/\s+/g, " ");
  }

  onclosetag(name: string): void {
    this.#depth--;
    if (this.#skipping.length > 0) {
      const at = this.#skipping.lastIndexOf(name);
      if (at >= 0) this.#skipping.length = at;
      return;
    }
    if (name === "title") this.#inTitle = false;
    else if (this.#table) this.#closeInTable(name);
    else if (HEADING.test(name) || name === "pre" || BREAKS.has(name)) this.#flush();
    if (name === "pre" && this.#pre > 0) this.#pre--;
  }

  #closeInTable(name: string): void {
    const table = this.#table!;
    if (name === "td" || name === "th") {
      table.row.push(oneLine(this.#text));
      this.#text = "";
    } else if (name === "tr" && table.row.length > 0) table.rows.push(table.row);
    else if (name === "table") {
      const width = Math.max(0, ...table.rows.map((row) => row.length));
      const header = table.headed ? (table.rows.shift() ?? []) : Array<string>(width).fill("");
      this.#table = undefined;
      this.#text = "";
      if (table.rows.length > 0) this.#add({ kind: "table", header, rows: table.rows });
    }
  }

  onend(): void {
    this.#flush();
  }

  #flush(): void {
    const isCode = this.#pre > 0;
    const text = isCode ? this.#text.replace(/^\n|\s+$/g, "") : lines(this.#text);
    const level = this.#heading;
    this.#text = "";
    this.#heading = undefined;
    if (text === "" || text === "-") return;
    if (level) this.#add({ kind: "heading", level, text: oneLine(text) });
    else this.#add({ kind: isCode ? "code" : "text", text });
  }

  #add(block: Block): void {
    (this.main ?? this.blocks).push(block);
  }
}

const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));

const lines = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .join("\n")
    .trim();
