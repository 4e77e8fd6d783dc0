export type Count = (text: string) => number;

/** Where a text may be cut, best places first; each keeps what it cuts after. */
const CUTS = [/(?<=\n\s*\n)/, /(?<=\n)/, /(?<=[.!?…。！？]["')\]]*\s)/, /(?<=[,;:]\s)/, /(?<=\s)/];

/**
 * A text in pieces of at most so many tokens, cut at the best places that do, and joined again to what it was. Always the
 * same pieces for the same text.
 */
export function piecesOf(text: string, maxTokens: number, count: Count, level = 0): string[] {
  if (count(text) <= maxTokens) return [text];
  const cut = CUTS[level];
  if (!cut) return halves(text, maxTokens, count);
  const parts = text.split(cut);
  if (parts.length === 1) return piecesOf(text, maxTokens, count, level + 1);
  return merged(
    parts.flatMap((part) => piecesOf(part, maxTokens, count, level + 1)),
    maxTokens,
    count,
  );
}

/** Puts neighbours together again as long as they fit: the sum of their tokens is never less than those of both. */
function merged(parts: string[], maxTokens: number, count: Count): string[] {
  const pieces: string[] = [];
  let size = 0;
  for (const part of parts) {
    const tokens = count(part);
    if (pieces.length > 0 && size + tokens <= maxTokens) {
      pieces[pieces.length - 1] += part;
      size += tokens;
    } else {
      pieces.push(part);
      size = tokens;
    }
  }
  return pieces;
}

/** For what has no place to cut: in the middle, but never within a character. */
function halves(text: string, maxTokens: number, count: Count): string[] {
  const characters = [...text];
  if (characters.length < 2) return [text];
  const middle = characters.length >> 1;
  return [characters.slice(0, middle).join(""), characters.slice(middle).join("")].flatMap((half) =>
    count(half) <= maxTokens ? [half] : halves(half, maxTokens, count),
  );
}

/** The end of a text, in whole sentences or lines, of at most so many tokens; empty when not even one fits. */
export function tailOf(text: string, maxTokens: number, count: Count): string {
  const sentences = text.split(/(?<=\n)|(?<=[.!?…。！？]["')\]]*\s)/);
  let tail = "";
  for (let at = sentences.length - 1; at > 0; at--) {
    const longer = sentences[at] + tail;
    if (count(longer) > maxTokens) break;
    tail = longer;
  }
  return tail.trim();
}
