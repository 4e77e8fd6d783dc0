import { describe, expect, it } from "vitest";
import { redirectCode, redirectTarget, upstreamUrl } from "../../../../f/lib/caddy/targets.ts";

const ADMIN = "http://127.0.0.1:2123";
const refusal = (argument: string) =>
  expect.objectContaining({ code: "invalid_input", status: 400, details: { argument }, hint: expect.any(String) });

describe("an upstream", () => {
  it.each([
    ["127.0.0.1:3000", "http://127.0.0.1:3000"],
    ["my_app:3000", "http://my_app:3000"],
    ["http://app.internal", "http://app.internal:80"],
    ["https://app.example.com", "https://app.example.com:443"],
    ["https://app.example.com:8443", "https://app.example.com:8443"],
    ["[::1]:3000", "http://[::1]:3000"],
    ["10.0.0.7:80", "http://10.0.0.7:80"],
  ])("%s is %s", (given, expected) => {
    expect(upstreamUrl(given, ADMIN)).toBe(expected);
  });

  it.each([
    ["nothing", undefined],
    ["an object", { host: "127.0.0.1", port: 3000 }],
    ["an empty string", ""],
    ["a host without a port", "127.0.0.1"],
    ["port 0", "127.0.0.1:0"],
    ["a port that is too large", "127.0.0.1:65536"],
    ["a range of ports", "127.0.0.1:8000-8010"],
    ["a path", "http://127.0.0.1:3000/path"],
    ["a query", "http://127.0.0.1:3000?a"],
    ["a login", "http://user:secret@127.0.0.1:3000"],
    ["another scheme", "ftp://127.0.0.1:3000"],
    ["a unix socket", "unix//run/docker.sock"],
    ["a placeholder for the environment", "{env.PGPASSWORD}:80"],
    ["a placeholder for the request", "{http.request.host}:80"],
    ["white space", "127.0.0.1:3000 "],
    ["a line break", "127.0.0.1:3000\nx"],
    ["a NUL", "127.0.0.1:3000\0"],
    ["a secret's path", "$var:f/infra/token"],
    ["the default admin API", "127.0.0.1:2019"],
    ["the admin API in use", "localhost:2123"],
    ["the admin API by another name", "http://caddy:2123"],
    ["the admin API over IPv6", "[::1]:2123"],
    ["the cloud's metadata", "169.254.169.254:80"],
    ["the same as a URL", "http://169.254.169.254"],
    ["the same in decimal", "2852039166:80"],
    ["the same in hexadecimal", "http://0xa9fea9fe"],
    ["the same in octal", "0251.0376.0251.0376:80"],
    ["the same with a final dot", "169.254.169.254.:80"],
    ["the same within IPv6", "[::ffff:169.254.169.254]:80"],
    ["the same within IPv6 in hexadecimal", "[::ffff:a9fe:a9fe]:80"],
    ["the metadata over IPv6", "[fd00:ec2::254]:80"],
    ["the metadata by name", "metadata.google.internal:80"],
    ["the metadata by name with a final dot", "METADATA.google.internal.:80"],
    ["another link-local address", "[fe80::1]:80"],
    ["any address", "0.0.0.0:3000"],
    ["any address over IPv6", "[::]:3000"],
    ["a multicast address", "224.0.0.1:3000"],
    ["full-width digits", "http://１６９.254.169.254"],
  ])("is refused as %s", (_, value) => {
    expect(() => upstreamUrl(value, ADMIN)).toThrow(refusal("upstream"));
  });
});

describe("a redirect's target", () => {
  it.each([
    ["https://www.example.com", "https://www.example.com"],
    ["https://www.example.com/", "https://www.example.com"],
    ["http://example.com:8080/new/", "http://example.com:8080/new"],
    ["https://EXAMPLE.com/Ünïcode", "https://example.com/%C3%9Cn%C3%AFcode"],
  ])("%s is %s", (given, expected) => {
    expect(redirectTarget(given, "old.example.org")).toBe(expected);
  });

  it.each([
    ["nothing", undefined],
    ["an empty string", ""],
    ["no scheme", "www.example.com"],
    ["only a scheme", "https://"],
    ["a script", "javascript:alert(1)"],
    ["a data URL", "data:text/html,x"],
    ["a relative URL", "//evil.example.com"],
    ["a login", "https://user:secret@example.com"],
    ["a login that looks like the host", "https://example.com@evil.example.com"],
    ["a query", "https://example.com/?to=x"],
    ["an empty query", "https://example.com/?"],
    ["a fragment", "https://example.com/#x"],
    ["a placeholder", "https://example.com/{env.PGPASSWORD}"],
    ["a placeholder as host", "https://{http.request.host}"],
    ["a line break", "https://example.com/\r\nSet-Cookie: a=b"],
    ["a backslash", "https://example.com\\@evil.example.com"],
    ["white space", "https://example.com/ x"],
    ["itself", "https://old.example.org/new"],
    ["itself in upper case", "https://OLD.example.org"],
    ["too much", `https://example.com/${"x".repeat(2048)}`],
  ])("is refused with %s", (_, value) => {
    expect(() => redirectTarget(value, "old.example.org")).toThrow(refusal("target"));
  });
});

describe("a redirect's code", () => {
  it.each([301, 302, 308])("may be %i", (code) => {
    expect(redirectCode(code)).toBe(code);
  });
  it.each([200, 300, 307.5, 404, "301", null, Number.NaN])("may not be %s", (code) => {
    expect(() => redirectCode(code)).toThrow(refusal("statusCode"));
  });
});
