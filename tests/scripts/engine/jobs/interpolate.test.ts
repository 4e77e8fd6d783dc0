import { describe, expect, it } from "vitest";
import { interpolateArguments, interpolateResource, type Values } from "../../../../scripts/engine/jobs/interpolate.ts";

const variables: Record<string, string> = { "f/a/name": "Ada", "f/a/json": '{"n":1}', "f/a/broken": "{" };
const resources: Record<string, unknown> = {
  "f/a/db": { host: "h", password: "$var:f/a/name", list: ["$var:f/a/name"], token: "$WM_TOKEN", other: "$HOME" },
  "f/a/alias": "$res:f/a/db",
  "f/a/loop": { again: "$res:f/a/loop" },
};
const values: Values = {
  variable: (path) => variables[path],
  resource: (path) => resources[path],
  contextual: (name) => ({ WM_WORKSPACE: "ws", WM_TOKEN: "tok" })[name],
};
const DB = { host: "h", password: "Ada", list: ["Ada"], token: "tok", other: "$HOME" };
const fill = (args: Record<string, unknown>) => interpolateArguments(args, values);

describe("arguments", () => {
  it.each([
    ["a variable", "$var:f/a/name", "Ada"],
    ["a variable that holds JSON", "$jsonvar:f/a/json", { n: 1 }],
    ["a resource with what it refers to", "$res:f/a/db", DB],
    ["a resource that is another one", "$res:f/a/alias", DB],
    ["an object at any depth", { a: { b: { c: { d: "$var:f/a/name" } } } }, { a: { b: { c: { d: "Ada" } } } }],
    ["a list near the top", ["$var:f/a/name"], ["Ada"]],
    ["a list in an object in an object", { a: { b: ["$var:f/a/name"] } }, { a: { b: ["Ada"] } }],
    [
      "the event of a preprocessor",
      { raw_string: "$var:f/a/name", query: { q: "$res:f/a/db" } },
      { raw_string: "Ada", query: { q: DB } },
    ],
    ["a job's own variable beside a reference", { a: "$WM_WORKSPACE", b: "$var:f/a/name" }, { a: "ws", b: "Ada" }],
  ])("fill in %s", (_, given, expected) => {
    expect(fill({ x: given })).toEqual({ x: expected });
  });

  it.each([
    ["a mark in the middle of a text", "say $var:f/a/name"],
    ["a key", { "$var:f/a/name": 1 }],
    ["a job's own variable alone", "$WM_WORKSPACE"],
    ["a wrapper object", { $res: "f/a/db" }],
    ["a list three levels down", { a: { b: { c: ["$var:f/a/name"] } } }],
    ["a list of more than 1000", Array.from({ length: 1001 }, () => "$var:f/a/name")],
  ])("leave %s alone", (_, given) => {
    expect(fill({ x: given })).toEqual({ x: given });
  });

  it.each([
    ["a variable", "$var:f/a/none", "Not found: Variable f/a/none not found for `x`"],
    ["a resource", "$res:f/a/none", "Not found: Resource f/a/none not found for `x`"],
    ["a path that is no path", "$res:none", "Internal: invalid resource path: none for `x`"],
    ["an encrypted value", "$encrypted:abc", "Not found: the local engine does not serve $encrypted: values for `x`"],
  ])("fail for %s that does not exist", (_, given, message) => {
    expect(() => fill({ x: given })).toThrow(message);
  });

  it("name the innermost key in the message", () => {
    expect(() => fill({ x: { y: "$var:f/a/none" } })).toThrow("for `y`");
  });

  it("fail for a variable that is not the JSON it should be", () => {
    expect(() => fill({ x: "$jsonvar:f/a/broken" })).toThrow("JSON");
  });
});

describe("a resource", () => {
  it("that refers to itself is an error and not an endless loop", () => {
    expect(() => interpolateResource(resources["f/a/loop"], values)).toThrow("depth (50) exceeded");
  });

  it("read outside of a job keeps the names of job variables", () => {
    const outside = { ...values, contextual: () => undefined };
    expect(interpolateResource({ a: "$WM_TOKEN" }, outside)).toEqual({ a: "$WM_TOKEN" });
  });
});
