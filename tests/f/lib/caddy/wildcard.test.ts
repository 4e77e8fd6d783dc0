import { describe, expect, it } from "vitest";
import type { CaddyRoute } from "../../../../f/lib/caddy/route.ts";
import { overlap, placeRoute } from "../../../../f/lib/caddy/wildcard.ts";

const route = (host: string): CaddyRoute => ({ "@id": `run8n:shop:static:${host}`, match: [{ host: [host] }] });
const foreign: CaddyRoute = { handle: [{ handler: "static_response" }] };
const place = (host: string, routes: CaddyRoute[]) =>
  placeRoute(route(host), routes).map((one) => one["@id"] ?? "foreign");
const id = (host: string) => route(host)["@id"];

describe("placeRoute", () => {
  it("puts a full name in front of everything, in the place of the one before", () => {
    const routes = [route("a.x.com"), route("b.x.com"), foreign];
    expect(place("b.x.com", routes)).toEqual([id("b.x.com"), id("a.x.com"), "foreign"]);
  });

  it("puts a wildcard behind every full name of ours, and before what matches every host", () => {
    expect(place("*.x.com", [route("a.x.com"), route("b.y.com"), foreign])).toEqual([
      id("a.x.com"),
      id("b.y.com"),
      id("*.x.com"),
      "foreign",
    ]);
    expect(place("*.x.com", [route("*.x.com"), route("*.y.com"), foreign])).toEqual([
      id("*.x.com"),
      id("*.y.com"),
      "foreign",
    ]);
  });
});

it.each([
  ["a.x.com", "a.x.com", true],
  ["a.x.com", "*.x.com", true],
  ["*.x.com", "a.x.com", true],
  ["*.x.com", "*.x.com", true],
  ["a.b.x.com", "*.x.com", false],
  ["x.com", "*.x.com", false],
  ["a.y.com", "*.x.com", false],
  ["*.b.x.com", "*.x.com", false],
])("%s and %s have a name in common: %s", (a, b, expected) => expect(overlap(a, b)).toBe(expected));
