import { describe, expect, it } from "vitest";
import { mainArguments, readBody } from "../../../../scripts/engine/jobs/arguments.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const JSON_TYPE = "application/json";

describe("a request body", () => {
  it.each([
    ["nothing", null, "", {}, null],
    ["a JSON object", JSON_TYPE, '{"a":1}', { a: 1 }, null],
    ["JSON without a content type", null, '{"a":1}', { a: 1 }, null],
    ["JSON with a charset", "application/json; charset=utf-8", '{"a":1}', { a: 1 }, null],
    ["a JSON array", JSON_TYPE, "[1,2]", { body: [1, 2] }, null],
    ["a JSON text", JSON_TYPE, '"x"', { body: "x" }, null],
    ["an object after a blank", JSON_TYPE, ' {"a":1}', { body: { a: 1 } }, null],
    ["a form", "application/x-www-form-urlencoded", "a=1&b=x+y", { a: "1", b: "x y" }, null],
    ["plain text", "text/plain", "hello", { raw_string: "hello" }, "hello"],
    ["XML", "application/xml", "<a/>", { raw_string: "<a/>" }, "<a/>"],
    ["any other type", "application/gzip", "abc", { raw_string: "abc" }, "abc"],
    [
      "a cloud event",
      "application/cloudevents+json",
      '{"id":"7","data":{"a":1}}',
      { a: 1, WEBHOOK__METADATA__: { id: "7" } },
      null,
    ],
  ])("%s becomes arguments", (_, type, text, args, rawString) => {
    const body = readBody(type, bytes(text), false);
    expect(body.rawString).toBe(rawString);
    expect(mainArguments(body, false, {})).toEqual(args);
  });

  it("that is no text travels as base64", () => {
    const body = readBody("application/gzip", new Uint8Array([0x1f, 0x8b, 0xff]), false);
    expect(body.rawString).toBe("H4v/");
  });

  it.each([
    ["JSON", JSON_TYPE, '{ "a" : 1 }'],
    ["a form", "application/x-www-form-urlencoded", "a=1&a=2"],
    ["nothing", null, ""],
  ])("keeps its exact text beside the value when asked to: %s", (_, type, text) => {
    expect(readBody(type, bytes(text), true).rawString).toBe(text);
  });

  it.each([
    ["malformed JSON", JSON_TYPE, bytes('{"a":'), /^Bad request: invalid json/],
    ["an empty body that claims to be JSON", JSON_TYPE, bytes(""), /^Bad request: invalid json/],
    ["bytes that claim to be JSON", JSON_TYPE, new Uint8Array([0x7b, 0xff]), /^Bad request: invalid utf8/],
    ["a batch of cloud events", "application/cloudevents-batch+json", bytes("[]"), /batching/],
    ["an upload", "multipart/form-data; boundary=x", bytes("--x--"), /S3/],
  ])("is refused when it is %s", (_, type, body, message) => {
    expect(() => readBody(type, body, false)).toThrow(message);
  });
});

describe("arguments of main", () => {
  const body = readBody(JSON_TYPE, bytes('{"a":1,"b":2}'), true);

  it("are one argument `body` when wrapped", () => {
    expect(mainArguments(body, true, {})).toEqual({ body: { a: 1, b: 2 }, raw_string: '{"a":1,"b":2}' });
  });

  it("give way to what was taken from headers and query", () => {
    expect(mainArguments(body, false, { b: "query" })).toMatchObject({ a: 1, b: "query" });
  });
});
