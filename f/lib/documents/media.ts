import { UnsupportedTypeError } from "../errors.ts";

export type Format = "text" | "markdown" | "html" | "pdf" | "docx" | "csv" | "json";

const BY_TYPE: Record<string, Format> = {
  "text/plain": "text",
  "text/markdown": "markdown",
  "text/x-markdown": "markdown",
  "text/html": "html",
  "application/xhtml+xml": "html",
  "application/pdf": "pdf",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "text/csv": "csv",
  "text/tab-separated-values": "csv",
  "application/json": "json",
  "application/x-ndjson": "json",
  "application/ld+json": "json",
};
const BY_ENDING: Record<string, Format> = {
  txt: "text",
  text: "text",
  log: "text",
  md: "markdown",
  markdown: "markdown",
  mdx: "markdown",
  html: "html",
  htm: "html",
  xhtml: "html",
  pdf: "pdf",
  docx: "docx",
  csv: "csv",
  tsv: "csv",
  json: "json",
  jsonl: "json",
  ndjson: "json",
};

/**
 * Which format a document is in: by its first bytes where they tell, then by its media type, then by the ending of its
 * name. Throws Unsupported type for what no parser reads.
 */
export function formatOf(bytes: Uint8Array, { mediaType, name }: { mediaType?: string; name?: string }): Format {
  if (begins(bytes, "%PDF-")) return "pdf";
  const type = mediaType?.split(";")[0]?.trim().toLowerCase() ?? "";
  const format = (type === "text/plain" || !BY_TYPE[type] ? formatByName(name ?? "") : undefined) ?? BY_TYPE[type];
  if (format && format !== "pdf" && (format === "docx") === begins(bytes, "PK\u0003\u0004")) return format;
  throw new UnsupportedTypeError("The document is in a format that is not read", {
    hint: `Send text, Markdown, HTML, PDF, DOCX, CSV or JSON, with its media type or the ending of its name.`,
  });
}

/** What the ending of a name says, if anything. */
export const formatByName = (name: string): Format | undefined =>
  BY_ENDING[/\.([a-z0-9]+)$/i.exec(name.split(/[?#]/)[0] ?? "")?.[1]?.toLowerCase() ?? ""];

const begins = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((letter, at) => bytes[at] === letter.charCodeAt(0));
