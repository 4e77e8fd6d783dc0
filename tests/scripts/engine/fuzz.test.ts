import { execFileSync } from "node:child_process";
import { request } from "node:http";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../support/engine.ts";

/** Every route there is, as the engine itself lists them. */
const ROUTES = JSON.parse(
  execFileSync(resolve("node_modules/.bin/bun"), [
    "-e",
    `import { routes } from ${JSON.stringify(resolve("scripts/engine/api/routes.ts"))};
     console.log(JSON.stringify(routes.map(({ method, pattern }) => [method, pattern])));`,
  ]).toString(),
) as [string, string][];

const SEGMENTS = [
  "f/test/echo",
  "f/test/flow",
  "0190b5d4-0000-7000-8000-000000000000",
  "%00",
  "%ff%fe",
  "%zz",
  "..%2f..%2fetc%2fpasswd",
  "';drop%20table%20job;--",
  "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
  "__proto__",
  "-1",
  "99999999999999999999",
  "a".repeat(3000),
];
const QUERIES = [
  "",
  "?page=-5&per_page=1e9&order_desc=x",
  "?job_id=x&scheduled_for=never&timeout=NaN&cache_ttl=-1",
  "?payload=%%%&include_query=a&include_header=,,,&raw=true&wrap_body=true",
  "?token=wrong&approver=%00&log_offset=-9&stream_offset=1e99",
  `?path=${"x".repeat(5000)}`,
];
const NESTED = "[".repeat(20_000) + "]".repeat(20_000);
const BODIES: [string, string | Buffer][] = [
  ["application/json", ""],
  ["application/json", "{"],
  ["application/json", "null"],
  ["application/json", "[{}]"],
  ["application/json", '{"path":null,"value":null,"content":1,"modules":[],"args":5,"scopes":{},"percent":"x"}'],
  [
    "application/json",
    '{"path":"f/test/fuzz","content":"export","language":"bun","value":{"modules":[{"id":1}]},"name":"fuzz","schedule":"x","timezone":"y","script_path":"z","is_flow":"no","resource_type":1,"is_secret":"yes"}',
  ],
  ["application/json", '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'],
  ["application/json", NESTED],
  ["application/json", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ["application/x-www-form-urlencoded", "a=%ff&b=%"],
  ["multipart/form-data; boundary=x", "--x\r\n"],
  ["application/cloudevents+json", "5"],
  ["x".repeat(2000), "?"],
];

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/alive", "export function main(a?: unknown) { return a ?? null; }");
  await engine.deploy("f/test/echo", "export function main(a?: unknown) { return a ?? null; }");
  await engine.create("flows", { path: "f/test/flow", summary: "", value: { modules: [] }, schema: {} });
});
afterAll(() => engine.stop());

type Answer = { status: number; type: string; text: string };
/** A request exactly like this: `fetch` would clean up its path. Fails when there is no answer within ten seconds. */
function send(method: string, path: string, type?: string, body?: string | Buffer) {
  return new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = new URL(engine.url);
    const headers = { authorization: `Bearer ${engine.token}`, ...(type ? { "content-type": type } : {}) };
    const call = request({ hostname, port, method, path, headers, timeout: 10_000 }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, type: answer.headers["content-type"] ?? "", text }),
      );
    });
    call.on("timeout", () => call.destroy(new Error(`no answer to ${method} ${path.slice(0, 200)}`)));
    call.on("error", reject);
    call.end(body);
  });
}

/** What must hold for every answer: no HTML, nothing of the engine's insides. */
function decent(said: string, { status, type, text }: Answer): string[] {
  const inside = /TypeError|ReferenceError|RangeError|SQLite|is not a function|undefined is not|\.ts:\d+/;
  return [
    type.includes("html") ? `${said}: ${type}` : "",
    status < 200 || (status >= 500 && !/^Internal: Invalid signature$/.test(text))
      ? `${said}: ${status} ${text.slice(0, 200)}`
      : "",
    status >= 400 && inside.test(text) ? `${said}: ${status} ${text.slice(0, 200)}` : "",
  ].filter(Boolean);
}

/** The pattern with one of the segments in each place, percent signs and slashes as they are. */
const filled = (pattern: string, at: number) =>
  pattern.replace(":w", engine.workspace).replace(/[:*]\w+/g, () => SEGMENTS[at++ % SEGMENTS.length] as string);

describe("every route", () => {
  it("answers whatever it is asked, in plain words", async () => {
    const bad: string[] = [];
    const asked: { method: string; path: string; type?: string; body?: string | Buffer }[] = ROUTES.flatMap(
      ([method, pattern], number) =>
        (pattern.includes("*") || pattern.replace(":w", "").includes(":") ? SEGMENTS : [""]).flatMap((_, at) => {
          const path = filled(pattern, at) + QUERIES[(number + at) % QUERIES.length];
          if (method !== "POST") return [{ method, path }];
          return [0, 5].map((more) => {
            const [type, body] = BODIES[(number + at + more) % BODIES.length] as [string, string | Buffer];
            return { method, path, type, body };
          });
        }),
    );
    expect(asked.length).toBeGreaterThan(1500);
    const ask = async () => {
      for (let one = asked.pop(); one; one = asked.pop()) {
        const said = `${one.method} ${one.path.slice(0, 120)} ${String(one.body ?? "").slice(0, 40)}`;
        bad.push(...decent(said, await send(one.method, one.path, one.type, one.body)));
      }
    };
    await Promise.all(Array.from({ length: 8 }, ask));
    expect(bad).toEqual([]);
    expect((await engine.run("f/test/alive", { a: 1 })).body).toBe(1);
  });

  it("that takes a body answers each of these bodies", async () => {
    const bad: string[] = [];
    for (const [method, pattern] of ROUTES.filter(([method]) => method === "POST")) {
      for (const [type, body] of BODIES) {
        const said = `${method} ${pattern} ${type.slice(0, 40)} ${String(body).slice(0, 40)}`;
        bad.push(...decent(said, await send(method, filled(pattern, 0), type, body)));
      }
    }
    expect(bad).toEqual([]);
    expect((await engine.run("f/test/alive", { a: {} })).body).toEqual({});
  });
});
