import { InvalidInputError, TooLargeError } from "../errors.ts";
import type { ParsedDocument } from "./blocks.ts";
import { parseCsv } from "./csv.ts";
import { parseDocx } from "./docx.ts";
import { parseHtml } from "./html.ts";
import { parseJson } from "./json.ts";
import { parseMarkdown } from "./markdown.ts";
import { type Format, formatOf } from "./media.ts";
import { parsePdf } from "./pdf.ts";
import { parsePlain } from "./plain.ts";

export const MAX_DOCUMENT_BYTES = 20 * 1024 * 1024;

type Parser = (bytes: Uint8Array, charset?: string) => ParsedDocument | Promise<ParsedDocument>;

const PARSERS: Record<Format, Parser> = {
  text: (bytes, charset) => parsePlain(decode(bytes, charset)),
  markdown: (bytes, charset) => parseMarkdown(decode(bytes, charset)),
  html: (bytes, charset) => parseHtml(decode(bytes, charset)),
  csv: (bytes, charset) => parseCsv(decode(bytes, charset)),
  json: (bytes, charset) => parseJson(decode(bytes, charset)),
  pdf: parsePdf,
  docx: parseDocx,
};

/**
 * Reads a document into blocks. This file brings the parsers along, so only what ingests imports it. Throws InvalidInput
 * for a document that its parser cannot read, TooLarge, Unsupported type.
 */
export async function parseDocument(
  bytes: Uint8Array,
  about: { mediaType?: string; name?: string },
): Promise<ParsedDocument> {
  if (bytes.byteLength > MAX_DOCUMENT_BYTES) {
    throw new TooLargeError(`The document has ${bytes.byteLength} bytes, more than ${MAX_DOCUMENT_BYTES}`, {
      hint: "Split it into smaller ones.",
      details: { maxBytes: MAX_DOCUMENT_BYTES },
    });
  }
  const [, charset] = /charset="?([\w-]+)/i.exec(about.mediaType ?? "") ?? [];
  return PARSERS[formatOf(bytes, about)](bytes, charset);
}

/** By the mark at its beginning, else by what its sender says, else UTF-8. */
function decode(bytes: Uint8Array, charset = "utf-8"): string {
  const [first, second] = bytes;
  const marked = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "";
  try {
    return new TextDecoder(marked || charset, { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidInputError("The document is not text in the encoding that it claims to have", {
      hint: "Send it as UTF-8, or with the charset in its media type.",
    });
  }
}
