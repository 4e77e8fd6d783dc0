import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/echo", "export function main(a?: unknown) { return a ?? null; }");
});
afterAll(() => engine.stop());

/** A request with exactly this path: `fetch` would clean it up. */
function raw(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const { hostname, port } = new URL(engine.url);
    const authorization = `Bearer ${engine.token}`;
    const call = request({ hostname, port, method, path, headers: { authorization, ...headers } }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, type: answer.headers["content-type"] ?? "", text }),
      );
    });
    call.on("error", reject);
    call.end(body);
  });
}

const W = "/api/w/windmill_automations";
const PATHS = [
  "//",
  "/api",
  "/api//",
  "/api/w/",
  `${W}/../../etc/passwd`,
  `${W}/scripts/get/p/../../x`,
  `${W}/scripts/get/p/%2e%2e%2f%2e%2e`,
  `${W}/scripts/get/p/f/%zz/%`,
  `${W}/scripts/get/p/f/%00`,
  `${W}/scripts/get/p/${"a/".repeat(2000)}`,
  `${W}/scripts/get/p/f/'; drop table script; --`.replaceAll(" ", "%20"),
  `${W}/jobs_u/get/not-a-uuid`,
  `${W}/jobs/list?per_page=-1&page=abc&created_before=never`,
  `${W}/jobs/list?job_kinds='&script_path_exact=%27%22`,
  `${W}/jobs_u/getupdate/x?log_offset=-1`,
  `${W}/workspaces/tarball?archive_type=rar`,
  "/api/r/%2e%2e/%ff",
  "/api/r/",
];
const ITEM_ROUTES = [
  "scripts",
  "flows",
  "resources",
  "resources/type",
  "variables",
  "folders",
  "schedules",
  "http_triggers",
];
const BODIES = [
  "",
  "{",
  "[]",
  "null",
  "1",
  '"x"',
  "{}",
  '{"path":1}',
  '{"path":"x"}',
  '{"path":"f/a/b"}',
  '{"path":"../x","name":"../x"}',
  '{"name":"a/b"}',
  '{"path":"f/a/b","content":5,"value":7,"schedule":9}',
];

describe("the server", () => {
  it.each(PATHS)("answers GET %s in plain text", async (path) => {
    const { status, type, text } = await raw("GET", path);
    expect(type).not.toContain("html");
    if (status >= 400) expect(type).toContain("text/plain");
    expect(status, text).toBeLessThan(500);
  });

  it.each(["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])(
    "answers a method that nobody serves: %s",
    async (method) => {
      expect((await raw(method, `${W}/scripts/list`)).status).toBe(404);
    },
  );

  it.each(ITEM_ROUTES)("refuses %s that are none", async (family) => {
    for (const body of BODIES) {
      for (const verb of ["create", "update/f/a/none"]) {
        const { status, text } = await raw("POST", `${W}/${family}/${verb}`, body);
        expect([400, 404, 422], `${family}/${verb} ${body}: ${text}`).toContain(status);
      }
    }
  });

  it.each([
    "jobs/run/p/f/test/echo?job_id=1",
    "jobs/run/p/f/test/echo?scheduled_for=soon",
    "jobs/run/p/f/test/echo?timeout=-1",
    "jobs/run/preview",
    "jobs/run/preview_flow",
    "jobs/run/dependencies_async",
    "jobs/run/flow_dependencies_async",
    "jobs_u/queue/cancel/none",
    "job_metrics/set_progress/none",
    "scripts/raw_temp/diff",
    "jobs/flow/resume/none",
    "jobs_u/resume/none/1/abc?payload=%%%",
  ])("refuses POST %s without what it needs", async (path) => {
    const { status, type, text } = await raw("POST", `${W}/${path}`, "[1]");
    expect([400, 404, 422, 500], text).toContain(status);
    expect(type).toContain("text/plain");
    expect(text).not.toMatch(/undefined is not|TypeError|SQLite/);
  });

  it("passes a body of several megabytes on as it is", async () => {
    const a = "é".repeat(2_000_000);
    const answer = await engine.run("f/test/echo", { a });
    expect(answer.status).toBe(200);
    expect(answer.body === a).toBe(true);
  });

  it("lives on when callers send nonsense or hang up", async () => {
    const { hostname, port } = new URL(engine.url);
    const noise = [
      "\0\0\0",
      "GET\r\n\r\n",
      "POST / HTTP/1.1\r\ncontent-length: 99999\r\n\r\nshort",
      "GET / HTTP/9.9\r\n\r\n",
    ];
    await Promise.all(
      noise.map(
        (text) =>
          new Promise<void>((resolve) => {
            const socket = connect(Number(port), hostname, () => socket.end(text));
            socket.on("close", () => resolve()).on("error", () => resolve());
            socket.resume();
            setTimeout(() => socket.destroy(), 500).unref();
          }),
      ),
    );
    expect((await engine.run("f/test/echo", { a: 1 })).body).toBe(1);
  });

  it.each([
    ["its caller", "/api/version", "connection: close\r\n", "CE v"],
    ["the script", `${W}/jobs/run_wait_result/p/f/test/closes?token=test-token`, "", "done"],
  ])("closes a connection after its answer when %s says so", async (_, path, header, expected) => {
    const close = '{ windmill_headers: { connection: "close" }, result: "done" }';
    await engine.deploy("f/test/closes", `export function main() { return ${close}; }`);
    const { hostname, port } = new URL(engine.url);
    const all = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(Number(port), hostname, () =>
        socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\n${header}\r\n`),
      );
      socket.on("data", (some) => {
        text += some;
      });
      socket.on("error", reject).on("end", () => resolve(text));
    });
    expect(all).toContain(expected);
  });

  it("answers HEAD like GET, without a body", async () => {
    const { status, text } = await raw("HEAD", "/api/version");
    expect([status, text]).toEqual([200, ""]);
    expect((await raw("HEAD", `${W}/jobs/run/p/f/test/echo`)).status).toBe(200);
  });

  it("lets browsers ask what they may send", async () => {
    const answer = await fetch(`${engine.url}${W}/jobs/run/p/f/test/echo`, { method: "OPTIONS" });
    expect(answer.headers.get("access-control-allow-methods")).toContain("POST");
  });
});
