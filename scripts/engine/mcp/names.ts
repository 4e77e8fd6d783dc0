import { createHash } from "node:crypto";

export type ItemKind = "script" | "flow";

/** Some clients put the server's name before a tool's, so Windmill stays well below MCP's 64 characters. */
const MAX_LENGTH = 40;
const HASH_LENGTH = 16;

/**
 * A tool's name: `s-f_my__folder_script` or `f-...`, with `_` doubled and `/` written as `_`. A name of more than 40
 * bytes becomes `S-` or `F-`, the first 22 bytes of the path and 16 digits of a hash.
 */
export function toolName(kind: ItemKind, path: string): string {
  const letter = kind === "script" ? "s" : "f";
  const escaped = path.replaceAll("_", "__").replaceAll("/", "_");
  const short = `${letter}-${escaped}`;
  if (Buffer.byteLength(short) <= MAX_LENGTH) return short;
  const hash = createHash("sha256").update(short).digest("hex").slice(0, HASH_LENGTH);
  return `${letter.toUpperCase()}-${firstBytes(escaped, MAX_LENGTH - 2 - HASH_LENGTH)}${hash}`;
}

/** What a tool's name stands for: a path, or for a hashed name only the kind; undefined for any other name. */
export function parseToolName(name: string): { kind: ItemKind; path: string | undefined } | undefined {
  const kind = /^s-/i.test(name) ? "script" : /^f-/i.test(name) ? "flow" : undefined;
  if (!kind) return undefined;
  if (/^[A-Z]/.test(name)) return { kind, path: undefined };
  return { kind, path: name.slice(2).replace(/__|_/g, (found) => (found === "__" ? "_" : "/")) };
}

/** As many whole characters as fit into that many bytes of UTF-8. */
export function firstBytes(text: string, bytes: number): string {
  const all = Buffer.from(text);
  if (all.length <= bytes) return text;
  let end = bytes;
  while (((all[end] ?? 0) & 0xc0) === 0x80) end--;
  return all.subarray(0, end).toString();
}
