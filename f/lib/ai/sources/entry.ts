import { canonical, hashOf } from "../hash.ts";
import type { GivenDocument } from "./spec.ts";

/** A document as a run has found it in its source, before its content is read. Kept until the run is over. */
export type Entry = {
  /** Content that came with the listing, or nothing when it is to be fetched. */
  text?: string;
  base64?: string;
  /** Where to fetch it: on the web, or by its key in the project's storage. */
  fetch?: string;
  file?: string;
  mediaType?: string;
  title?: string;
  url?: string;
  tenant?: string;
  metadata?: GivenDocument["metadata"];
};

export type Listed = { document: string; entry: Entry };

/** A document with its content. */
export type Loaded = { bytes: Uint8Array; mediaType?: string; name: string };

/** The content that came along, as bytes. */
export const inlineBytes = ({ text, base64 }: Entry): Uint8Array | undefined =>
  text !== undefined ? Buffer.from(text) : base64 !== undefined ? Buffer.from(base64, "base64") : undefined;

/** Tells whether a document is what it was: its content, all that is shown with it, and how it is read. */
export function documentHash(
  version: string,
  bytes: Uint8Array,
  { mediaType, title, url, tenant, metadata }: Entry,
): string {
  return hashOf(version, bytes, canonical({ mediaType, title, url, tenant, metadata }));
}
