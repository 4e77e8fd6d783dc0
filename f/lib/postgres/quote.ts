import { InvalidInputError } from "../errors.ts";

/** Postgres cuts longer names off silently, and two names may then become one. */
const MAX_IDENTIFIER_BYTES = 63;

/** A name as SQL takes it, whatever is in it. The one place where identifiers are quoted. */
export function identifier(name: string): string {
  if (name === "" || name.includes("\0") || Buffer.byteLength(name) > MAX_IDENTIFIER_BYTES) {
    throw new InvalidInputError(`An SQL name must be 1 to ${MAX_IDENTIFIER_BYTES} bytes without NUL`, {
      hint: "Choose a shorter name.",
    });
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL takes it, for statements such as `alter role` that know no parameters. */
export function literal(text: string): string {
  if (text.includes("\0")) {
    throw new InvalidInputError("An SQL text must not contain NUL", { hint: "Take the NUL characters out." });
  }
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}
