import { InvalidInputError } from "../errors.ts";
import type { ParsedDocument } from "./blocks.ts";
import { parseHtml } from "./html.ts";
import { checkArchive } from "./zip.ts";

/** A Word document, by its styles: headings, lists and tables stay what they are; pictures are left out. */
export async function parseDocx(bytes: Uint8Array): Promise<ParsedDocument> {
  checkArchive(bytes);
  const { default: mammoth } = await import("mammoth"); // large, and few documents need it
  const convertImage = mammoth.images.imgElement(async () => ({ src: "" }));
  try {
    const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { convertImage });
    return parseHtml(value);
  } catch {
    throw new InvalidInputError("The document is not a Word file (.docx) that can be read", {
      hint: "Check that it opens in Word; save older formats as .docx.",
    });
  }
}
