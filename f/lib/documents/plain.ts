import { cleanText, type ParsedDocument } from "./blocks.ts";

/** A text without a format: what a blank line separates is a paragraph. */
export const parsePlain = (source: string): ParsedDocument => ({
  title: "",
  blocks: cleanText(source)
    .split(/\n{2,}/)
    .map((text) => text.trim())
    .filter(Boolean)
    .map((text) => ({ kind: "text", text })),
});
