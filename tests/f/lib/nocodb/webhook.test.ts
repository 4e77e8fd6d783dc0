import { describe, expect, it } from "vitest";
import {
  headerPaths,
  hookBody,
  isAsWanted,
  isHeaderValue,
  webhookEvents,
  webhookUrl,
} from "../../../../f/lib/nocodb/webhook.ts";

const ELSEWHERE = "http://nocodb:8080";
const HERE = "http://127.0.0.1:8080";
const SECRET = "hunter2-hunter2";

describe("webhookUrl", () => {
  it.each(["https://shop.example.com/api/x?y=1", "http://93.184.216.34:8080/", "http://[2606:4700::1111]/"])(
    "takes %s",
    (url) => expect(webhookUrl(url, ELSEWHERE)).toBe(url),
  );

  it.each([
    `not ${SECRET}`,
    "ftp://example.com/",
    `https://user:${SECRET}@example.com/`,
    "https://example.com/#part",
    "https://example.com/{{ data }}",
    "http://localhost/",
    "http://shop.localhost/",
    "http://windmill:8000/api",
    "http://db.internal/",
    "http://printer.local/",
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://10.0.0.7/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[fd00::1]/",
    `https://example.com/${"a".repeat(2000)}`,
    { url: SECRET },
  ])("refuses %j, and does not repeat it", (url) => {
    const call = () => webhookUrl(url, ELSEWHERE);
    expect(call).toThrow(expect.objectContaining({ status: 400, details: { argument: "url" } }));
    expect(call).not.toThrow(SECRET);
  });

  it("lets a NocoDB of this machine call this machine, and no other private place", () => {
    expect(webhookUrl("http://localhost:3000/x", HERE)).toBe("http://localhost:3000/x");
    expect(webhookUrl("http://[::1]:3000/", "http://localhost:8080")).toBe("http://[::1]:3000/");
    for (const url of ["http://10.0.0.7/", "http://169.254.169.254/", "http://windmill/"])
      expect(() => webhookUrl(url, HERE)).toThrow(/public internet/);
  });
});

describe("headerPaths", () => {
  const folder = "f/project_shop";

  it("takes names of headers with paths of the project's own variables", () => {
    expect(headerPaths({ "x-word": "f/project_shop/word" }, folder)).toEqual([["x-word", "f/project_shop/word"]]);
    expect(headerPaths(null, folder)).toEqual([]);
  });

  it.each([
    SECRET,
    [SECRET],
    { "x-word": SECRET },
    { "x-word": "f/infra/stripe_secret" },
    { "x-word": "f/project_shop2/word" },
    { "x-word": "f/project_shop/../infra/word" },
    { "x word": "f/project_shop/word" },
    { Host: "f/project_shop/word" },
    { "Content-Type": "f/project_shop/word" },
    Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`x-${at}`, "f/project_shop/word"])),
  ])("refuses %j, and does not repeat it", (headers) => {
    const call = () => headerPaths(headers, folder);
    expect(call).toThrow(expect.objectContaining({ status: 400, details: { argument: "headers" } }));
    expect(call).not.toThrow(SECRET);
  });

  it.each(["", " a", "a\nb", "a {{ data }}", "ä", "a".repeat(5000)])(
    "knows that no header has the value %j",
    (value) => {
      expect(isHeaderValue(value)).toBe(false);
      expect(isHeaderValue("Bearer a b")).toBe(true);
    },
  );
});

describe("isAsWanted", () => {
  const wanted = {
    name: "n",
    url: "https://a.b/",
    events: webhookEvents(null),
    headers: { b: "2", a: "1" },
    active: true,
  };
  const kept = (more: object = {}) => {
    const { title, event, operation, active, notification } = hookBody({ ...wanted, ...more });
    return {
      id: "h",
      title,
      event,
      operation: [...operation].reverse(),
      active,
      notification: JSON.stringify(notification),
    };
  };

  it("sees no difference in an order, or in a header that NocoDB adds itself", () => {
    const { payload } = JSON.parse(kept().notification);
    payload.headers = [
      { name: "Content-Type", value: "application/json", enabled: true },
      ...payload.headers.reverse(),
    ];
    expect(isAsWanted({ ...kept(), notification: { payload } }, wanted)).toBe(true);
  });

  it.each([{ name: "m" }, { url: "https://a.c/" }, { events: ["insert"] }, { headers: { a: "1" } }, { active: false }])(
    "sees %j",
    (more) => expect(isAsWanted(kept(more), wanted)).toBe(false),
  );

  it("takes for another what has another body or method", () => {
    for (const change of [{ body: "{{ json data }}" }, { method: "GET" }]) {
      const { payload } = JSON.parse(kept().notification);
      expect(isAsWanted({ ...kept(), notification: { payload: { ...payload, ...change } } }, wanted)).toBe(false);
    }
  });
});
