import { describe, expect, inject, it } from "vitest";
import { hostFor, otherHolder } from "../../../../f/lib/caddy/hosts.ts";

const { caddy } = inject("services");

describe("a project's host", () => {
  it("is its own name below the server's domain unless it brings a domain", () => {
    expect(hostFor("shop", undefined, caddy)).toBe("shop.apps.localhost");
    expect(hostFor("shop", null, caddy)).toBe("shop.apps.localhost");
    expect(hostFor("shop", "shop.apps.localhost", caddy)).toBe("shop.apps.localhost");
    expect(hostFor("shop", "www.shop.example.com", caddy)).toBe("www.shop.example.com");
    expect(hostFor("shop", "xn--lden-0qa.example", caddy)).toBe("xn--lden-0qa.example");
  });

  it.each([
    ["another project's name", "cafe.apps.localhost"],
    ["a name below its own", "www.shop.apps.localhost"],
    ["the domain itself", "apps.localhost"],
    ["the server's own name", "windmill.apps.localhost"],
  ])("is never %s", (_, host) => {
    expect(() => hostFor("shop", host, caddy)).toThrow(expect.objectContaining({ code: "forbidden", status: 403 }));
  });

  it.each([
    ["nothing", ""],
    ["one label", "localhost"],
    ["upper case", "Shop.example.com"],
    ["a scheme", "https://shop.example.com"],
    ["a port", "shop.example.com:443"],
    ["a path", "shop.example.com/x"],
    ["a wildcard of everything below a top-level domain", "*.com"],
    ["a final dot", "shop.example.com."],
    ["two dots", "shop..example.com"],
    ["an underscore", "my_shop.example.com"],
    ["a placeholder", "{env.HOME}.example.com"],
    ["a letter that looks like another", "shоp.example.com"],
    ["white space", " shop.example.com"],
    ["a line break", "shop.example.com\n"],
    ["a NUL", "shop.example.com\0"],
    ["an address", "127.0.0.1"],
    ["an IPv6 address", "[::1]"],
    ["a label that is too long", `${"a".repeat(64)}.example.com`],
    ["too many characters", `${"a.".repeat(130)}example.com`],
    ["a number", 7],
    ["a list", ["shop.example.com"]],
    ["a secret's path", "$var:f/infra/token"],
  ])("is refused with %s", (_, host) => {
    expect(() => hostFor("shop", host as string, caddy)).toThrow(
      expect.objectContaining({ code: "invalid_input", status: 400, hint: expect.any(String) }),
    );
  });
});

describe("who else holds a host", () => {
  const servers = {
    run8n: {
      routes: [
        { "@id": "run8n:shop:static:shop.apps.localhost", match: [{ host: ["shop.apps.localhost"] }] },
        { match: [{ host: ["Windmill.apps.localhost"] }] },
        { match: [{ host: ["*.apps.localhost", "*.corp.example.com"] }] },
        { handle: [{ handler: "subroute", routes: [{ match: [{ host: ["deep.example.com"] }] }] }] },
      ],
    },
    other: { routes: [{ match: [{ path: ["/x"], host: ["elsewhere.example.com"] }] }] },
    empty: {},
    gone: null,
  };
  it.each([
    ["shop.apps.localhost", "shop", undefined],
    ["shop.apps.localhost", "cafe", "another project"],
    ["cafe.apps.localhost", "cafe", undefined],
    ["windmill.apps.localhost", "windmill", "a route of the server that run8n does not manage"],
    ["deep.example.com", "shop", "a route of the server that run8n does not manage"],
    ["elsewhere.example.com", "shop", "a route of the server that run8n does not manage"],
    ["www.corp.example.com", "shop", "a route of the server that run8n does not manage"],
    ["a.b.corp.example.com", "shop", undefined],
  ])("of %s, asked by %s: %s", (host, project, holder) => {
    expect(otherHolder({ host, project }, servers, "apps.localhost")).toBe(holder);
  });
});
