import { describe, expect, it } from "vitest";
import { checkRoute, checkScope, isPartOf } from "../../../scripts/engine/scopes.ts";

const W = "/api/w/ws";

describe("a scope allows a request", () => {
  it.each([
    ["jobs:run:scripts:f/a/*", "POST", `${W}/jobs/run_wait_result/p/f/a/b`],
    ["jobs:run", "POST", `${W}/jobs/run/f/f/a/b`],
    ["jobs:run:flows", "POST", `${W}/jobs/run_and_stream/f/f/a/b`],
    ["jobs:run:scripts:f/a/b", "GET", `${W}/jobs_u/completed/get_result_maybe/id`],
    ["variables:write:f/a/*", "GET", `${W}/variables/get/f/a/b`],
    ["scripts:read", "GET", `${W}/scripts/list`],
  ])("%s: %s %s", (scope, method, path) => {
    expect(() => checkRoute([scope], method, path)).not.toThrow();
  });
});

describe("a scope does not allow", () => {
  it.each([
    ["jobs:run:scripts:f/a/*", "POST", `${W}/jobs/run/f/f/a/b`, "jobs:run:flows"],
    ["jobs:run:flows", "POST", `${W}/jobs/run/preview`, "jobs:run:scripts"],
    ["jobs:read", "POST", `${W}/jobs/run/p/f/a/b`, "jobs:run:scripts"],
    ["jobs:run:scripts:f/a/b", "POST", `${W}/jobs_u/queue/cancel/id`, "jobs:write"],
    ["jobs:run", "GET", `${W}/variables/get_value/f/a/b`, "variables:read"],
    ["jobs:run", "GET", "/api/users/whoami", "users:read"],
    ["scripts:read", "POST", `${W}/scripts/create`, "scripts:write"],
  ])("%s: %s %s", (scope, method, path, needed) => {
    expect(() => checkRoute([scope], method, path)).toThrow(`Access denied. Required scope: ${needed}`);
  });
});

describe("a path", () => {
  it.each([
    ["jobs:run:scripts:f/a/b", "jobs:run:scripts:f/a/b", true],
    ["jobs:run:scripts:f/a/*", "jobs:run:scripts:f/a/b", true],
    ["jobs:run:scripts:f/x/y,f/a/*", "jobs:run:scripts:f/a/b/c", true],
    ["jobs:run:scripts:*", "jobs:run:scripts:f/a/b", true],
    ["jobs:run:scripts", "jobs:run:scripts:f/a/b", true],
    ["jobs:run", "jobs:run:flows:f/a/b", true],
    ["variables:write:f/a/b", "variables:read:f/a/b", true],
    ["jobs:run:scripts:f/a/b", "jobs:run:scripts:f/a/bc", false],
    ["jobs:run:scripts:f/a/*", "jobs:run:scripts:f/ab/c", false],
    ["jobs:run:scripts:f/a/*", "jobs:run:flows:f/a/b", false],
    ["variables:read:f/a/b", "variables:write:f/a/b", false],
  ])("%s covers %s: %s", (own, required, allowed) => {
    const check = () => checkScope([own], required);
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow("Not authorized: Access denied. Required scope");
  });

  it("needs no scope when the token has none", () => {
    expect(() => checkScope(undefined, "variables:write:f/a/b")).not.toThrow();
    expect(() => checkRoute([], "GET", `${W}/variables/list`)).not.toThrow();
  });
});

describe("handing out scopes", () => {
  it.each([
    [["jobs:run:scripts:f/a/b"], undefined, true],
    [["jobs:run:scripts:f/a/b"], ["jobs:run:scripts:f/a/*"], true],
    [["jobs:run:scripts:f/b/c"], ["jobs:run:scripts:f/a/*"], false],
    [undefined, ["jobs:run"], false],
    [[], ["jobs:run"], false],
  ])("%j by somebody with %j: %s", (wanted, own, allowed) => {
    expect(isPartOf(wanted, own)).toBe(allowed);
  });
});
