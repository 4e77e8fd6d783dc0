import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
const RUN = "/w/{w}/jobs/run_wait_result/p/f/test";
beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy(
    "f/test/echo",
    "export function main(a?: unknown, b?: unknown, body?: unknown, raw_string?: unknown, x_note?: unknown) { return { a, b, body, raw_string, x_note }; }",
  );
  await engine.deploy(
    "f/test/event",
    "export function preprocessor(event: unknown) { return { event }; } export function main(event: unknown) { return event; }",
  );
});
afterAll(() => engine.stop());

const NOTHING = { a: null, b: null, body: null, raw_string: null, x_note: null };
async function echo(query: string, init: RequestInit = {}) {
  const answer = await engine.api(`${RUN}/echo${query}`, { method: "POST", ...init });
  return { status: answer.status, ...(await answer.json()) };
}
const json = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  headers: { "content-type": "application/json", ...headers },
  body,
});

describe("a request to run a script", () => {
  it.each<[string, string, RequestInit, object]>([
    ["a JSON object", "", json('{"a":1,"c":2}'), { a: 1 }],
    ["a JSON list", "", json("[1]"), { body: [1] }],
    ["a form", "", { body: new URLSearchParams({ a: "1", b: "x y" }) }, { a: "1", b: "x y" }],
    ["text", "", { headers: { "content-type": "text/plain" }, body: "hi" }, { raw_string: "hi" }],
    ["nothing", "", {}, {}],
    ["the raw text too", "?raw=true", json('{ "a":1 }'), { a: 1, raw_string: '{ "a":1 }' }],
    ["the body as one argument", "?wrap_body=true", json('{"a":1}'), { body: { a: 1 } }],
    ["a header", "?include_header=X-Note", json("{}", { "x-note": "n" }), { x_note: "n" }],
    ["parts of the query", "?include_query=a,b,nothing&a=1&b=2", json('{"a":"body"}'), { a: "1", b: "2" }],
    [
      "bytes",
      "",
      { headers: { "content-type": "application/gzip" }, body: new Uint8Array([31, 139, 255]) },
      { raw_string: "H4v/" },
    ],
  ])("passes on %s", async (_, query, init, expected) => {
    expect(await echo(query, init)).toEqual({ status: 200, ...NOTHING, ...expected });
  });

  it("by GET passes on its payload and what it names of the query", async () => {
    const payload = encodeURIComponent(btoa('{"a":1}'));
    const query = `?payload=${payload}&include_query=b&b=2`;
    expect(await echo(query, { method: "GET" })).toEqual({ status: 200, ...NOTHING, a: 1, b: "2" });
  });

  it.each([
    ["malformed JSON", "", json("{"), 400, /^Bad request: invalid json/],
    [
      "bytes as JSON",
      "",
      { headers: { "content-type": "application/json" }, body: new Uint8Array([123, 255]) },
      400,
      /^Bad request: invalid utf8/,
    ],
    [
      "a payload that is none",
      "?payload=%%%",
      { method: "GET" },
      400,
      /^Bad request: Impossible to decode query payload/,
    ],
    ["an upload", "", { body: new FormData() }, 400, /S3/],
  ])("is refused for %s, and makes no job", async (_, query, init, status, message) => {
    const count = async () => (await (await engine.api("/w/{w}/jobs/list?per_page=1000")).json()).length;
    const before = await count();
    const answer = await engine.api(`${RUN}/echo${query}`, { method: "POST", ...(init as RequestInit) });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(message);
    expect(await count()).toBe(before);
  });

  it("that names no script is 404", async () => {
    const answer = await engine.api(`${RUN}/missing`, { method: "POST" });
    expect([answer.status, await answer.text()]).toEqual([404, "Not found: script not found at name f/test/missing"]);
  });
});

describe("a preprocessor", () => {
  const event = async (query: string, init: RequestInit) =>
    (await engine.api(`${RUN}/event${query}`, { method: "POST", ...init })).json();

  it("sees the whole request", async () => {
    expect(await event("?q=1&token=t", json('{"a":1}', { "x-note": "n" }))).toMatchObject({
      kind: "webhook",
      body: { a: 1 },
      raw_string: null,
      query: { q: "1", token: "t" },
      headers: { "x-note": "n", "content-type": "application/json" },
    });
  });

  it("sees the exact text when it is asked for", async () => {
    expect(await event("?raw=true", json('{ "a":1 }'))).toMatchObject({ body: { a: 1 }, raw_string: '{ "a":1 }' });
  });

  it("sees what a secret holds when the caller names it: Windmill fills in events too", async () => {
    await engine.create("variables", { path: "f/test/secret", value: "s3cret", is_secret: true, description: "" });
    const named = "$var:f/test/secret";
    const body = JSON.stringify({ deep: { er: named }, list: [named] });
    const seen = await event(`?q=${named}`, json(body, { "x-note": named }));
    expect(seen).toMatchObject({
      body: { deep: { er: "s3cret" } },
      query: { q: "s3cret" },
      headers: { "x-note": "s3cret" },
    });
    const text = { headers: { "content-type": "text/plain" }, body: named };
    expect(await event("", text)).toMatchObject({ raw_string: "s3cret" });
  });
});

describe("a preview", () => {
  const preview = async (body: unknown) => {
    const answer = await engine.api("/w/{w}/jobs/run_wait_result/preview", {
      method: "POST",
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };

  it("runs code that is not deployed, beside scripts that are", async () => {
    await engine.deploy("f/test/lib", "export const one = 1;");
    const content = `import { one } from "./lib.ts"; export function main(n: number) { return n + one; }`;
    expect(await preview({ content, language: "bun", path: "f/test/preview", args: { n: 2 } })).toEqual({
      status: 200,
      text: "3",
    });
  });

  it.each([
    ["preview", { content: 5 }, "field `content` must be a text"],
    ["preview", { value: { modules: [] } }, "missing field `content`"],
    ["preview", { content: "x", args: 5 }, "field `args` must be an object"],
    ["preview_flow", { value: null }, "field `value` must be a flow"],
    ["preview_flow", { content: "x" }, "field `value` must be a flow"],
    ["preview_flow", { value: { modules: [] }, args: [] }, "field `args` must be an object"],
  ])("of a kind that cannot be run is refused: %s %j", async (what, body, message) => {
    const init = { method: "POST", body: JSON.stringify(body) };
    const answer = await engine.api(`/w/{w}/jobs/run_wait_result/${what}`, init);
    expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining(message)]);
  });

  it.each(["python3", "go", "bash", "postgresql"])("refuses %s by name", async (language) => {
    const { status, text } = await preview({ content: "x", language, args: {} });
    expect([status, text]).toEqual([400, `Bad request: the local engine does not run ${language}`]);
    await expect(engine.deploy("f/test/other", "x", { language })).rejects.toThrow(`does not run ${language}`);
  });
});

describe("a synchronous run that takes longer than callers may wait", () => {
  let hurried: TestEngine;
  beforeAll(async () => {
    hurried = await startEngine({ waitLimitSeconds: 1 });
  });
  afterAll(() => hurried.stop());

  const SLEEPS = "export async function main() { await new Promise((r) => setTimeout(r, 60_000)); }";
  const step = (id: string, content: string) => ({
    id,
    value: { type: "rawscript", language: "bun", content, input_transforms: {} },
  });

  it.each([
    ["a script", "preview", { content: SLEEPS, language: "bun", args: {} }],
    ["a flow", "preview_flow", { value: { modules: [step("a", SLEEPS)] }, args: {} }],
    [
      "a flow whose early return does not come",
      "preview_flow",
      { value: { early_return: "a", modules: [step("a", SLEEPS), step("b", SLEEPS)] }, args: {} },
    ],
  ])("answers 500 and cancels the job: %s", async (_, what, body) => {
    const id = crypto.randomUUID();
    const init = { method: "POST", body: JSON.stringify(body) };
    const answer = await hurried.api(`/w/{w}/jobs/run_wait_result/${what}?job_id=${id}`, init);
    expect([answer.status, await answer.text()]).toEqual([500, "timeout after 1s"]);
    await expect
      .poll(async () => (await hurried.api(`/w/{w}/jobs_u/get/${id}`)).json())
      .toMatchObject({ canceled: true, canceled_reason: "http connection broke", success: false });
  });
});
