import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../support/engine.ts";

const PIECE_MS = 20;
const LARGE = 3_000_000;

let engine: TestEngine;
const opened: Socket[] = [];
beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/echo", "export function main(a?: unknown) { return a ?? null; }");
  await engine.deploy("f/test/large", `export function main() { return "x".repeat(${LARGE}); }`);
});
afterAll(async () => {
  for (const socket of opened) socket.destroy();
  await engine.stop();
});

const RUN = "/api/w/windmill_automations/jobs/run_wait_result/p/f/test";
/** A request as it goes over the wire. */
const wire = (script: string, body: string, more = "") =>
  `POST ${RUN}/${script} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${engine.token}\r\ncontent-type: application/json\r\n${more || `content-length: ${body.length}`}\r\n\r\n${body}`;

function open(): Socket {
  const { hostname, port } = new URL(engine.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => socket.destroy());
  opened.push(socket);
  return socket;
}

/** The whole answer, or what there is of it when the engine closes. */
const answerTo = (socket: Socket) =>
  new Promise<string>((resolve) => {
    let text = "";
    socket.on("close", () => resolve(text));
    socket.on("data", (chunk) => {
      text += chunk;
      const [head = "", body] = text.split("\r\n\r\n");
      if (body !== undefined && body.length >= Number(/content-length: (\d+)/i.exec(head)?.[1])) resolve(text);
    });
  });

/** Sends a text in pieces, with a pause after each. */
async function drip(socket: Socket, text: string, pieces: number): Promise<void> {
  const size = Math.ceil(text.length / pieces);
  for (let at = 0; at < text.length; at += size) {
    socket.write(text.slice(at, at + size));
    await pause(PIECE_MS);
  }
}

const others = async () => {
  const began = performance.now();
  expect((await engine.run("f/test/echo", { a: 1 })).body).toBe(1);
  return performance.now() - began;
};

describe("a client that is slow", () => {
  it("with its headers and its body gets its answer, and nobody waits for it", async () => {
    const socket = open();
    const answer = answerTo(socket);
    const sent = drip(socket, wire("echo", '{"a":"slow"}'), 25);
    expect(await others()).toBeLessThan(5_000);
    await sent;
    expect(await answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*"slow"/);
  });

  it("with a body in chunks gets its answer wherever its packets end", async () => {
    const request = wire("echo", '6\r\n{"a":"\r\n6\r\nslow"}\r\n0\r\n\r\n', "transfer-encoding: chunked");
    const ends = Array.from({ length: 28 }, (_, left) => request.length - left);
    const answers = ends.map(async (end) => {
      const socket = open();
      socket.setNoDelay(true);
      const answer = answerTo(socket);
      socket.write(request.slice(0, end));
      await pause(5 * PIECE_MS);
      socket.write(request.slice(end));
      return answer;
    });
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*"slow"$/);
    await others();
  });

  it("with a body that ends with half a line end gets its answer, also after one in chunks", async () => {
    const socket = open();
    const [first, second] = [
      wire("echo", "2\r\n{}\r\n0\r\n\r\n", "transfer-encoding: chunked"),
      wire("echo", '{"a":2}\r'),
    ];
    socket.write(first);
    expect(await answerTo(socket)).toMatch(/null$/);
    socket.write(second);
    expect(await answerTo(socket)).toMatch(/2$/);
  });

  it("to read gets all of a large answer, and nobody waits for it", async () => {
    const socket = open();
    const answer = answerTo(socket);
    socket.once("data", () => socket.pause());
    socket.write(wire("large", "{}"));
    await expect.poll(() => socket.isPaused()).toBe(true);
    expect(await others()).toBeLessThan(5_000);
    const step = setInterval(() => {
      socket.resume();
      socket.once("data", () => socket.pause());
    }, 1);
    const text = await answer.finally(() => clearInterval(step));
    expect(text.length).toBeGreaterThan(LARGE);
    expect(text.endsWith('x"')).toBe(true);
  });

  it("never to say anything costs nobody else anything, a hundred times over", async () => {
    const silent = Array.from({ length: 100 }, open);
    const half = Array.from({ length: 100 }, open);
    for (const socket of half) socket.write(wire("echo", '{"a":1}').slice(0, -5));
    expect(await others()).toBeLessThan(5_000);
    for (const socket of [...silent, ...half]) socket.destroy();
    expect(await others()).toBeLessThan(5_000);
    const jobs = await (await engine.api("/w/{w}/jobs/list?running=true")).json();
    expect(jobs).toEqual([]);
  });
});

describe("a run that is slow", () => {
  it("is waited for longer than Bun waits for a GET", async () => {
    const main = `export const main = () => new Promise((done) => setTimeout(done, 13_000, "late"));`;
    await engine.deploy("f/test/late", main);
    const answer = await engine.api("/w/{w}/jobs/run_wait_result/p/f/test/late");
    expect(await answer.json()).toBe("late");
  });
});

describe("a request that is malformed", () => {
  it.each([
    ["chunks of no length", () => wire("echo", "zz\r\n{}\r\n", "transfer-encoding: chunked")],
    ["two lengths", () => wire("echo", "{}", "content-length: 2\r\ncontent-length: 3")],
    ["a length below zero", () => wire("echo", "{}", "content-length: -1")],
    ["a body that nobody can hold", () => wire("echo", "{}", "content-length: 99999999999")],
    ["a header without end", () => wire("echo", "{}", `x: ${"y".repeat(200_000)}\r\ncontent-length: 2`)],
    ["a path without end", () => wire(`echo?${"y".repeat(200_000)}`, "{}")],
  ])("has %s: it is refused, and the engine lives on", async (_, request) => {
    const socket = open();
    const answer = answerTo(socket);
    socket.end(request());
    expect(await answer).not.toMatch(/^HTTP\/1\.1 (2|5)|<html/i);
    await others();
  });
});
