import { describe, expect, it } from "vitest";
import { listingOf, type SiteFile, sha256 } from "../../../../f/lib/sites/listing.ts";
import { releaseId, releaseOf, timeOf } from "../../../../f/lib/sites/release.ts";
import type { SiteSettings } from "../../../../f/lib/sites/sites_settings.ts";

const file = (path: string, text: string) => ({ path, content: Buffer.from(text) });
const release = (files: SiteFile[], settings?: SiteSettings) => releaseOf(listingOf(files, settings));

describe("a release", () => {
  const files = [file("index.html", "hi"), file("a/b.txt", "x")];

  it("is named by its paths and contents alone, in whatever order they come", () => {
    const named = release(files);
    expect(named).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      contentHash: expect.any(String),
      files: 2,
      sizeBytes: 3,
    });
    expect(named.contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(release([...files].reverse())).toEqual(named);
  });

  it.each([
    ["another content", [file("index.html", "ho"), file("a/b.txt", "x")]],
    ["another path", [file("index.html", "hi"), file("a/c.txt", "x")]],
    ["a file more", [...files, file("c", "")]],
    ["contents changed round", [file("index.html", "x"), file("a/b.txt", "hi")]],
  ])("has another name with %s", (_, others) => {
    expect(release(others).id).not.toBe(release(files).id);
  });

  it("has another name when it is served otherwise", () => {
    expect(release(files, { spa: true }).id).not.toBe(release(files).id);
    expect(release(files, {}).id).toBe(release(files).id);
  });

  it.each([
    ["nothing", undefined],
    ["an empty string", ""],
    ["upper case", "0123456789ABCDEF"],
    ["another length", "0123456789abcde"],
    ["a path", "../../../etc/pass"],
    ["a link", "releases/01234567"],
    ["a line break", "0123456789abcdef\n"],
    ["a number", 1234567890123456],
    ["a secret's path", "$var:f/infra/tok"],
  ])("is refused by the name of %s", (_, value) => {
    expect(() => releaseId(value)).toThrow(
      expect.objectContaining({ code: "invalid_input", details: { argument: "release" } }),
    );
  });
});

describe("a file's time", () => {
  it("follows from its content, in whole seconds of the past", () => {
    const times = ["a", "b", ""].map((text) => timeOf(sha256(text)).getTime());
    expect(new Set(times).size).toBe(3);
    for (const time of times) {
      expect(time % 1000).toBe(0);
      expect(time).toBeGreaterThan(Date.parse("2001-01-01"));
      expect(time).toBeLessThan(Date.parse("2019-01-01"));
    }
    expect(timeOf(sha256("a")).getTime()).toBe(times[0]);
  });
});
