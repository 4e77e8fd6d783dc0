import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, inject, it } from "vitest";
import { type Endpoint, exchange, parseAnswer } from "../../../../f/lib/caddy/wire.ts";
import { freePort } from "../../../../scripts/stack/process.ts";
import { runOnBun } from "../../../support/bun.ts";
import { uniqueProject } from "../../../support/database.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Listens and lets the test answer by hand. */
async function listen(onRequest: (socket: Socket, text: string) => void, at?: { path: string }): Promise<Endpoint> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => onRequest(socket, data.toString()));
  });
  const endpoint = at ?? { host: "127.0.0.1", port: await freePort() };
  await new Promise<void>((resolve) => server.listen(endpoint, resolve));
  closing.push(() => server.close());
  return endpoint;
}

const get = { method: "GET", path: "/config/", headers: { host: "localhost" } };
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: ETag\r\n\r\n6;x=y\r\n{"a":"\r\n4\r\nü"}\r\n0\r\nEtag: "/config/ 1234"\r\nX: y\r\n\r\n';

describe("an exchange", () => {
  it("sends a request that ends the connection and reads body and trailers", async () => {
    let sent = "";
    const endpoint = await listen((socket, text) => {
      sent = text;
      socket.end(CHUNKED);
    });
    const answer = await exchange(endpoint, { ...get, method: "PATCH", body: '{"ü":1}' });
    expect(answer).toMatchObject({ status: 200, body: '{"a":"ü"}', trailers: { etag: '"/config/ 1234"', x: "y" } });
    expect(sent).toBe(
      'PATCH /config/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 8\r\n\r\n{"ü":1}',
    );
  });

  it("speaks over a unix socket", async () => {
    const endpoint = await listen((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), {
      path: join(tmpdir(), `${uniqueProject()}.sock`),
    });
    expect(await exchange(endpoint, get)).toMatchObject({ status: 200, body: "ok" });
  });

  it("puts an answer together that arrives byte by byte", async () => {
    const endpoint = await listen(async (socket) => {
      socket.setNoDelay(true);
      for (const byte of Buffer.from(CHUNKED)) await new Promise((done) => socket.write(Buffer.of(byte), done));
      socket.end();
    });
    expect(await exchange(endpoint, get)).toMatchObject({ body: '{"a":"ü"}', trailers: { x: "y" } });
  });

  it("gives up on a server that never answers", async () => {
    const endpoint = await listen(() => {});
    await expect(exchange(endpoint, { ...get, timeoutMs: 50 })).rejects.toMatchObject({
      code: "timed_out",
      status: 504,
    });
  });

  it("stops reading an answer without end", async () => {
    const endpoint = await listen((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const more = () => void (socket.destroyed || socket.write(Buffer.alloc(10_000), more));
      more();
    });
    await expect(exchange(endpoint, { ...get, maxBytes: 100_000 })).rejects.toMatchObject({ code: "too_large" });
  });

  it("says so when nobody listens, or the other side hangs up", async () => {
    const nobody = { host: "127.0.0.1", port: await freePort() };
    await expect(exchange(nobody, get)).rejects.toMatchObject({ code: "upstream_unreachable", retryable: true });
    const rude = await listen((socket) => socket.resetAndDestroy());
    await expect(exchange(rude, get)).rejects.toMatchObject({ status: 502, retryable: true });
  });

  it("sees the real Caddy's ETag on Node and on Bun alike", async () => {
    const { hostname, port } = new URL(inject("services").caddy.admin);
    const endpoint = { host: hostname, port: Number(port) };
    const request = { method: "GET", path: "/config/admin", headers: { host: `${hostname}:${port}` } };
    const onNode = await exchange(endpoint, request);
    expect(onNode.trailers.etag).toMatch(/^"\/config\/admin [0-9a-f]+"$/);
    const code = `export { exchange as main } from "@f/lib/caddy/wire.ts";`;
    expect(await runOnBun(code, [endpoint, request])).toMatchObject({ body: onNode.body, trailers: onNode.trailers });
  });
});

describe("an answer", () => {
  it.each([
    ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay", { status: 200, body: "ok" }],
    ["neither length nor chunks", "HTTP/1.0 404 Not Found\r\n\r\ngone", { status: 404, body: "gone" }],
    [
      "an interim one before it",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
      { status: 204, body: "" },
    ],
    ["no reason phrase", "HTTP/1.1 500\r\nX:  a b \r\n\r\n", { status: 500, headers: { x: "a b" } }],
    [
      "chunks without trailers",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
      { body: "a", trailers: {} },
    ],
  ])("is read with %s", (_, text, expected) => {
    expect(parseAnswer(Buffer.from(text))).toMatchObject(expected);
  });

  it.each([
    ["nothing", ""],
    ["not HTTP", "SSH-2.0-OpenSSH\r\n\r\n"],
    ["HTTP/2", "HTTP/2 200\r\n\r\n"],
    ["half a head", "HTTP/1.1 200 OK\r\nContent-Le"],
    ["a short body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"],
    ["a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc"],
    ["a chunk size that is no number", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc"],
    ["an interim answer only", "HTTP/1.1 100 Continue\r\n\r\n"],
  ])("is refused with %s", (_, text) => {
    expect(() => parseAnswer(Buffer.from(text))).toThrow(expect.objectContaining({ status: 502, retryable: true }));
  });

  it("is refused wherever it is cut", () => {
    const whole = Buffer.from(CHUNKED);
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseAnswer(whole.subarray(0, length)), `${length} bytes`).toThrow(/breaks off|not HTTP/);
    }
  });
});
