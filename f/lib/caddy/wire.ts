import { connect } from "node:net";
import { TimeoutError, TooLargeError, UpstreamError } from "../errors.ts";

/**
 * One HTTP/1.1 exchange over a TCP or unix socket. Caddy's admin API sends the ETag that guards against concurrent
 * writers as a trailer, which `fetch` never shows and Bun's `node:http` drops, so this reads the bytes itself.
 */
export type Request = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs?: number;
  maxBytes?: number;
};

/** Header and trailer names are lower case. */
export type Answer = { status: number; headers: Fields; trailers: Fields; body: string };
type Fields = Record<string, string | undefined>;

export type Endpoint = { host: string; port: number } | { path: string };

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Sends the request on a connection of its own and reads the whole answer.
 * Throws Upstream when nobody listens or the answer breaks off, Timeout and TooLarge at their limits.
 */
export async function exchange(endpoint: Endpoint, request: Request): Promise<Answer> {
  return parseAnswer(await transfer(endpoint, request));
}

function transfer(endpoint: Endpoint, request: Request): Promise<Buffer> {
  const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = request;
  return new Promise((resolve, reject) => {
    const socket = connect(endpoint);
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (error: Error) => {
      clearTimeout(deadline);
      reject(error);
      socket.destroy();
    };
    const deadline = setTimeout(() => fail(tooSlow(timeoutMs)), timeoutMs);
    // Our side stays open until the answer is complete: a server may take a half-closed connection for a cancelled one.
    socket.once("connect", () => socket.write(messageOf(request)));
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) fail(tooLarge(maxBytes));
    });
    socket.once("end", () => {
      clearTimeout(deadline);
      resolve(Buffer.concat(chunks));
      socket.destroy();
    });
    socket.once("error", (cause) => fail(unreachable(cause)));
    socket.once("close", () => fail(broken("closed the connection in the middle of it")));
  });
}

function messageOf({ method, path, headers, body = "" }: Request): string {
  const fields = { ...headers, connection: "close", "content-length": String(Buffer.byteLength(body)) };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** Reads a complete answer: status line, headers, a body of either framing, trailers. */
export function parseAnswer(bytes: Buffer): Answer {
  const headEnd = bytes.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, Math.max(headEnd, 0)).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] ([1-5]\d\d)(?: |$)/.exec(statusLine)?.[1]);
  if (headEnd < 0 || Number.isNaN(status)) throw broken("is not HTTP/1.1");
  const rest = bytes.subarray(headEnd + 4);
  if (status < 200) return parseAnswer(rest); // an interim answer; the real one follows
  const headers = fieldsOf(lines);
  if (headers["transfer-encoding"]?.toLowerCase() === "chunked") return { status, headers, ...readChunks(rest) };
  const length = headers["content-length"] === undefined ? rest.length : Number(headers["content-length"]);
  if (!(rest.length >= length)) throw broken("breaks off");
  return { status, headers, trailers: {}, body: rest.toString("utf8", 0, length) };
}

function readChunks(bytes: Buffer): { body: string; trailers: Fields } {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size = /^[0-9a-f]{1,8}(?=\s*(?:;|$))/i.exec(bytes.toString("latin1", at, Math.max(lineEnd, at)))?.[0];
    if (size === undefined) throw broken("breaks off");
    at = lineEnd + 2;
    const end = at + Number.parseInt(size, 16);
    if (end === at) return { body: Buffer.concat(chunks).toString("utf8"), trailers: readTrailers(bytes.subarray(at)) };
    if (bytes.toString("latin1", end, end + 2) !== "\r\n") throw broken("breaks off");
    chunks.push(bytes.subarray(at, end));
    at = end + 2;
  }
}

function readTrailers(bytes: Buffer): Fields {
  const text = bytes.toString("latin1");
  if (!text.startsWith("\r\n") && !text.includes("\r\n\r\n")) throw broken("breaks off");
  return fieldsOf(text.slice(0, text.indexOf("\r\n\r\n")).split("\r\n"));
}

function fieldsOf(lines: string[]): Fields {
  const pairs = lines.map((line) => /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map(([, name = "", value]) => [name.toLowerCase(), value]));
}

const hint = "Check that Caddy runs and that the admin address in f/infra/caddy is right.";

const unreachable = (cause: Error) =>
  new UpstreamError("Caddy's admin API could not be reached", {
    code: "upstream_unreachable",
    hint,
    retryable: true,
    cause,
  });
const broken = (how: string) => new UpstreamError(`The answer of Caddy's admin API ${how}`, { hint, retryable: true });
const tooSlow = (ms: number) =>
  new TimeoutError(`Caddy's admin API did not answer within ${ms / 1000} seconds`, { hint });
const tooLarge = (bytes: number) =>
  new TooLargeError(`The answer of Caddy's admin API is larger than ${bytes} bytes`, { hint });
