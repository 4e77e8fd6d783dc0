import { describe, expect, it, vi } from "vitest";
import { request } from "../../../../f/lib/storage/client.ts";
import { freePort } from "../../../../scripts/stack/process.ts";

const s3 = {
  bucket: "files",
  region: "us-west-004",
  endPoint: "s3.example.com",
  accessKey: "access",
  secretKey: "s3cret-key",
};
const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>s3cret</Message></Error>`;
const answering = (...answers: [status: number, body: string][]) =>
  vi.fn(async (_url: URL | RequestInfo, _init?: RequestInit) => {
    const [status, body] = answers.length > 1 ? answers.shift()! : answers[0]!;
    return new Response(body, { status });
  });

describe("request", () => {
  it.each([
    [{}, "https://files.s3.example.com/a%20b/c%2Bd"],
    [{ pathStyle: true }, "https://s3.example.com/files/a%20b/c%2Bd"],
    [{ pathStyle: true, useSSL: false, endPoint: "127.0.0.1:9000" }, "http://127.0.0.1:9000/files/a%20b/c%2Bd"],
  ])("finds the bucket of %j", async (more, url) => {
    const fetch = answering([200, ""]);
    await request({ s3: { ...s3, ...more }, fetch: fetch as never }, { method: "GET", key: "a b/c+d" });
    expect(String(fetch.mock.calls[0]![0])).toBe(url);
  });

  it("sends none of the checksum headers that B2 refuses, and never the secret", async () => {
    const fetch = answering([200, ""]);
    await request({ s3, fetch: fetch as never }, { method: "POST", query: { delete: "" }, body: "<Delete/>" });
    const headers = [...new Headers(fetch.mock.calls[0]![1]?.headers)];
    expect(headers.map(([name]) => name)).toEqual([
      "authorization",
      "content-md5",
      "x-amz-content-sha256",
      "x-amz-date",
    ]);
    expect(JSON.stringify(headers)).not.toContain("s3cret-key");
  });

  it("asks a busy store again, and gives up in the end", async () => {
    const busy = answering([503, xml("SlowDown")], [500, xml("InternalError")], [200, "done"]);
    expect(await request({ s3, fetch: busy as never }, { method: "GET" })).toMatchObject({ body: "done" });
    expect(busy).toHaveBeenCalledTimes(3);
    const dead = answering([503, xml("SlowDown")]);
    const failing = request({ s3, fetch: dead as never }, { method: "GET" });
    await expect(failing).rejects.toMatchObject({ retryable: true, details: { status: 503, code: "SlowDown" } });
    expect(dead).toHaveBeenCalledTimes(4);
  });

  it.each([
    [403, xml("SignatureDoesNotMatch"), "SignatureDoesNotMatch"],
    [404, xml("NoSuchBucket"), "NoSuchBucket"],
    [403, "", "AccessDenied"],
    [404, "", "NotFound"],
    [400, "what?", "NoCode"],
  ])("tells by its code why the store refused with %i %s", async (status, body, code) => {
    const fetch = answering([status, body]);
    const failure = await request({ s3, fetch: fetch as never }, { method: "GET" }).catch((error) => error);
    expect(failure).toMatchObject({ code: "upstream_failed", details: { status, code } });
    expect(fetch).toHaveBeenCalledOnce();
    expect(JSON.stringify({ ...failure, message: failure.message })).not.toContain("s3cret");
  });

  it("says that nobody answers, and why", async () => {
    const endPoint = `127.0.0.1:${await freePort()}`;
    const failing = request({ s3: { ...s3, endPoint, useSSL: false, pathStyle: true } }, { method: "GET" });
    await expect(failing).rejects.toMatchObject({ code: "upstream_unreachable", retryable: true });
  });

  it.each<[what: string, more: object]>([
    ["an address with a scheme", { endPoint: "https://s3.example.com" }],
    ["an address with a path", { endPoint: "s3.example.com/x" }],
    ["a bucket that is none", { bucket: "../other" }],
    ["no key", { secretKey: "" }],
    ["no region", { region: "" }],
  ])("refuses a connection with %s", async (_, more) => {
    const asked = request({ s3: { ...s3, ...more } }, { method: "GET" });
    await expect(asked).rejects.toMatchObject({ code: "invalid_input", hint: /f\/infra\/storage/ });
  });

  it.each(["..", "a/../b", "./a", "a/."])("refuses the key %s, which a URL would lead elsewhere with", async (key) => {
    await expect(request({ s3 }, { method: "GET", key })).rejects.toMatchObject({ code: "invalid_input" });
  });
});
