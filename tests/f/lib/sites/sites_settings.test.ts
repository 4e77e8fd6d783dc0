import { describe, expect, it } from "vitest";
import { siteSettings } from "../../../../f/lib/sites/sites_settings.ts";

describe("the settings of a site", () => {
  it.each([
    ["nothing", undefined, {}],
    ["null", null, {}],
    ["an empty object", {}, {}],
    ["what is usual", { spa: false, notFound: "404.html", redirects: [], headers: null, immutable: [] }, {}],
    ["an app", { spa: true, notFound: "errors/none.html" }, { spa: true, notFound: "errors/none.html" }],
    [
      "redirects, for good unless said otherwise",
      {
        redirects: [
          { from: "/a", to: "/b?c=d#e" },
          { from: "/x/*", to: "https://example.com/y/*", status: 302 },
        ],
      },
      {
        redirects: [
          { from: "/a", to: "/b?c=d#e", status: 308 },
          { from: "/x/*", to: "https://example.com/y/*", status: 302 },
        ],
      },
    ],
  ])("may be %s", (_, given, read) => {
    expect(siteSettings(given)).toEqual(read);
  });

  const to = (target: unknown, from: unknown = "/a/*") => ({ redirects: [{ from, to: target }] });
  const set = (name: string, value: unknown) => ({ headers: [{ path: "/*", set: { [name]: value } }] });
  it.each<[string, unknown, string]>([
    ["text", "spa", "settings"],
    ["a list", [], "settings"],
    ["a field that there is not", { spaa: true }, "settings"],
    ["a word for a switch", { spa: "true" }, "spa"],
    ["a page that leaves the site", { notFound: "../404.html" }, "notFound"],
    ["a page that is hidden", { notFound: ".404.html" }, "notFound"],
    ["a page that is an absolute path", { notFound: "/404.html" }, "notFound"],
    ["a page that is none", { notFound: "secret.key" }, "notFound"],
    ["too many redirects", { redirects: Array(201).fill({ from: "/a", to: "/b" }) }, "redirects"],
    ["a redirect that is text", { redirects: ["/a"] }, "redirects[0]"],
    ["a redirect from a page that is no path", to("/b", "a"), "redirects[0].from"],
    ["a redirect from everything below the API", to("/b", "/API/*"), "redirects[0].from"],
    ["a redirect from a placeholder", to("/b", "/{env.HOME}"), "redirects[0].from"],
    ["a redirect to another host in disguise", to("//evil.example"), "redirects[0].to"],
    ["a redirect to a backslash host", to("/\\evil.example"), "redirects[0].to"],
    ["a redirect to a script", to("javascript:alert(1)"), "redirects[0].to"],
    ["a redirect to a placeholder", to("/{env.HOME}"), "redirects[0].to"],
    ["a redirect to a placeholder elsewhere", to("https://a.example/{env.HOME}"), "redirects[0].to"],
    ["a redirect with a login", to("https://me:secret@a.example/"), "redirects[0].to"],
    ["a redirect with a new header", to("/b\r\nX: y"), "redirects[0].to"],
    ["a star that stands for nothing", to("/b/*", "/a"), "redirects[0].to"],
    ["a star that would join names", to("/b*"), "redirects[0].to"],
    ["a secret's path", to("$var:f/infra/token"), "redirects[0].to"],
    ["a status that is none", { redirects: [{ from: "/a", to: "/b", status: 200 }] }, "redirects[0].status"],
    ["a header with a placeholder", set("X-A", "{env.HOME}"), "headers[0].set"],
    ["a header with a line break", set("X-A", "a\r\nb"), "headers[0].set"],
    ["a header with a number", set("X-A", 1), "headers[0].set"],
    ["a header without a name", set("", "a"), "headers[0].set"],
    ["a cookie", set("Set-Cookie", "a=b"), "headers[0].set"],
    ["an answer's length", set("content-length", "1"), "headers[0].set"],
    ["headers of no path", { headers: [{ set: { A: "b" } }] }, "headers[0].path"],
    ["no headers at all", { headers: [{ path: "/*", set: {} }] }, "headers[0].set"],
    ["a pattern that is none", { immutable: ["/a*b"] }, "immutable[0]"],
  ])("may not be or hold %s", (_, given, field) => {
    let error: unknown;
    try {
      siteSettings(given);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: "invalid_input", status: 400, details: { argument: "settings", field } });
    expect(JSON.stringify({ ...(error as object), message: (error as Error).message })).not.toMatch(
      /secret@|env\.HOME/,
    );
  });
});
