import { describe, expect, it } from "vitest";
import { isAllowed, isConfined, isGranular, mcpScopes } from "../../../../scripts/engine/mcp/scopes.ts";

const granted = (...scopes: string[]) => {
  const found = mcpScopes(scopes);
  if (!found) throw new Error("no mcp scope");
  return found;
};

describe("the mcp scopes of a token", () => {
  it("are needed: a token without them, or without any, has none", () => {
    for (const scopes of [undefined, [], ["jobs:run"]]) expect(mcpScopes(scopes)).toBeUndefined();
  });

  it.each([
    ["mcp:all", "script", "f/any/thing", true],
    ["mcp:all", "endpoint", "getJob", true],
    ["mcp:all:f/team/*", "script", "f/team/deploy", true],
    ["mcp:all:f/team/*", "flow", "f/team/sub/deploy", true],
    ["mcp:all:f/team/*", "endpoint", "getJob", true],
    ["mcp:all:f/team/*", "script", "f/teams/deploy", false],
    ["mcp:scripts:f/a/one, f/b/*", "script", "f/a/one", true],
    ["mcp:scripts:f/a/one, f/b/*", "script", "f/b/two", true],
    ["mcp:scripts:f/a/one", "script", "f/a/one_more", false],
    ["mcp:scripts:f/a/one", "flow", "f/a/one", false],
    ["mcp:scripts:f/a/one", "endpoint", "getJob", false],
    ["mcp:scripts:", "script", "f/a/one", false],
    ["mcp:flows:*", "flow", "f/a/one", true],
    ["mcp:endpoints:getJob,listJobs", "endpoint", "listJobs", true],
    ["mcp:endpoints:getJob", "endpoint", "getJobLogs", false],
    ["mcp:favorites", "script", "f/a/one", false],
  ] as const)("%s grants the %s %s: %s", (scope, subject, path, expected) => {
    expect(isAllowed(granted(scope), subject, path)).toBe(expected);
  });

  it("confine a kind to paths unless one of them is *", () => {
    expect(isConfined(granted("mcp:scripts:f/a/*", "mcp:endpoints:*"), "script")).toBe(true);
    expect(isConfined(granted("mcp:scripts:f/a/*"), "flow")).toBe(false);
    expect(isConfined(granted("mcp:scripts:f/a/*,*"), "script")).toBe(false);
    expect(isConfined(granted("mcp:all", "mcp:scripts:f/a/*"), "script")).toBe(false);
  });

  it("name single things, unless they are all or the favorites", () => {
    expect(isGranular(granted("mcp:flows:*"))).toBe(true);
    for (const scope of ["mcp:all", "mcp:favorites"]) expect(isGranular(granted(scope))).toBe(false);
  });
});
