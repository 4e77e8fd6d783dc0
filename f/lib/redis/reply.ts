import { UpstreamError } from "../errors.ts";

/** What Redis answers: text, a number, nothing, a list of these, or a refusal. */
export type Reply = string | number | null | Reply[] | ReplyError;

/** A refusal by its first word (`NOPERM`, `WRONGTYPE`, ...); the rest of Redis's text may repeat arguments. */
export class ReplyError {
  readonly word: string;
  constructor(line: string) {
    this.word = /^[A-Z]+/.exec(line)?.[0] ?? "ERR";
  }
}

/** A command as the protocol wants it: a list of length-prefixed strings, so no value can end it early. */
export function encodeCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}

/** The replies that have arrived in full, in the order of the commands; a half of one waits for more bytes. */
export function decodeReplies(bytes: Buffer): Reply[] {
  const replies: Reply[] = [];
  for (let at = 0; at < bytes.length; ) {
    const read = decodeReply(bytes, at);
    if (!read) break;
    replies.push(read.reply);
    at = read.end;
  }
  return replies;
}

function decodeReply(bytes: Buffer, at: number): { reply: Reply; end: number } | undefined {
  const lineEnd = bytes.indexOf("\r\n", at);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString("utf8", at + 1, lineEnd);
  let end = lineEnd + 2;
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case "+":
      return { reply: line, end };
    case "-":
      return { reply: new ReplyError(line), end };
    case ":":
      return { reply: Number(line), end };
    case "$": {
      const length = Number(line);
      if (length < 0) return { reply: null, end };
      if (bytes.length < end + length + 2) return undefined;
      return { reply: bytes.toString("utf8", end, end + length), end: end + length + 2 };
    }
    case "*": {
      const items: Reply[] = [];
      for (let left = Number(line); left > 0; left--) {
        const item = decodeReply(bytes, end);
        if (!item) return undefined;
        items.push(item.reply);
        end = item.end;
      }
      return { reply: Number(line) < 0 ? null : items, end };
    }
    default:
      throw new UpstreamError("What answered does not speak Redis", {
        hint: "Check that the Redis resource names the host and port of a Redis.",
      });
  }
}
