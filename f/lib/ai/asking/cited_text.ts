import { coverage } from "./highlights.ts";

/** What an answer may cite. */
export type Citable = { text: string; url?: string };

const CITATION = /\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/g;
const PICTURE = /!\[[^\]]*\]\([^)]*\)/g;
const LINK = /\[([^\]]+)\]\([^)]*\)/g;
const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"')\]]+/gi;
/** An opening bracket that is not closed for so long is only a bracket. */
const LONGEST_BRACKET = 300;

/**
 * Takes a model's answer piece by piece and gives out what may be shown of it: text up to a citation of a source that
 * there is. Citations of others go, so do pictures and links, and addresses that no source has: what a model was talked
 * into by a document must not carry anything out. Without a single citation nothing is given out.
 */
export class CitedText {
  /** The numbers of the sources that were cited, in the order of their first mention. */
  readonly cited = new Set<number>();
  readonly #supports: number[] = [];
  #pending = "";
  #held = "";

  constructor(readonly sources: readonly Citable[]) {}

  push(piece: string): string {
    this.#pending += piece;
    const cut = this.#safeLength();
    this.#held += this.#cleaned(this.#pending.slice(0, cut));
    this.#pending = this.#pending.slice(cut);
    return this.#release();
  }

  /** The rest, once the model has ended. What follows the last citation is kept if there was one. */
  end(): string {
    this.#held += this.#cleaned(this.#pending);
    this.#pending = "";
    const released = this.#release();
    return this.cited.size > 0 ? (released + this.#held).trimEnd() : "";
  }

  /** How much of the words before each citation is in the source that it names, 0 to 1; null without citations. */
  get groundedness(): number | null {
    if (this.#supports.length === 0) return null;
    return Number((this.#supports.reduce((sum, one) => sum + one, 0) / this.#supports.length).toFixed(3));
  }

  /** Up to the last blank, but not into what a bracket has begun: a citation, or a link with its address. */
  #safeLength(): number {
    const blank = this.#pending.search(/\s\S*$/) + 1;
    const open = this.#pending.lastIndexOf("[", blank);
    if (open < 0 || this.#pending.length - open > LONGEST_BRACKET) return blank;
    const closed = /^\[[^\]]*\](?:\([^)]*\))?(?!\()/.exec(this.#pending.slice(open));
    return closed && open + closed[0].length < this.#pending.length
      ? Math.max(blank, open + closed[0].length)
      : Math.min(blank, open);
  }

  #cleaned(text: string): string {
    return text
      .replace(/[\p{Cf}]/gu, "")
      .replace(PICTURE, "")
      .replace(LINK, "$1")
      .replace(ADDRESS, (address) => (this.#hasAddress(address) ? address : "(address removed)"))
      .replace(CITATION, (_, numbers: string) =>
        this.#valid(numbers)
          .map((number) => `[${number}]`)
          .join(""),
      );
  }

  #valid(numbers: string): number[] {
    return [...new Set(numbers.split(/[,;]/).map(Number))].filter((one) => one >= 1 && one <= this.sources.length);
  }

  /** One with parameters could carry something out, so it has to be the address of a source itself. */
  #hasAddress(address: string): boolean {
    const plain = address.replace(/[.,;:!?]+$/, "");
    const bare = !/[?#]/.test(plain);
    return this.sources.some(({ text, url }) => url === plain || (bare && text.includes(plain)));
  }

  #release(): string {
    let end = 0;
    for (const { 0: mark, 1: number, index } of this.#held.matchAll(/\[(\d{1,3})\]/g)) {
      const statement = this.#held.slice(end, index);
      if (statement.trim()) this.#supports.push(coverage(statement, this.sources[Number(number) - 1]!.text));
      this.cited.add(Number(number));
      end = index + mark.length;
    }
    const released = this.#held.slice(0, end);
    this.#held = this.#held.slice(end);
    return released;
  }
}
