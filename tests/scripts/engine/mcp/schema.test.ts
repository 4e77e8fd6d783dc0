import { describe, expect, it } from "vitest";
import {
  argumentName,
  compatible,
  inputSchemaOf,
  withArgumentNames,
  withOriginalNames,
} from "../../../../scripts/engine/mcp/schema.ts";

const NONE = { type: "object", properties: {}, required: [] };
const of = (properties: Record<string, unknown>, required: string[] = []) => inputSchemaOf({ properties, required });
/** How an argument with this schema is shown. */
const shown = (node: unknown) => compatible(of({ it: node })).properties.it;

describe("an item's schema", () => {
  it("keeps its arguments and which are required, and nothing else", () => {
    const properties = { a: { type: "string" } };
    const schema = { $schema: "x", type: "object", order: ["a"], properties, required: ["a"] };
    expect(inputSchemaOf(schema)).toEqual({ type: "object", properties, required: ["a"] });
    expect(inputSchemaOf({ properties })).toEqual({ type: "object", properties, required: [] });
  });

  it.each([undefined, null, "", [], { type: "array" }, { required: null }, { required: [1] }, { properties: [] }])(
    "that is %j stands for no arguments",
    (schema) => expect(inputSchemaOf(schema)).toEqual(NONE),
  );
});

describe("an argument's name", () => {
  it.each([
    ["plain_1", "plain_1"],
    ["two words", "two_words"],
    ["x-y.z!", "xyz"],
    ["größe", "größe"],
  ])("%s is shown as %s", (key, name) => expect(argumentName(key)).toBe(name));

  it("is changed where it is required too, and changed back in a call", () => {
    const schema = of({ "first name": {}, age: {} }, ["first name"]);
    expect(withArgumentNames(schema)).toEqual({ ...of({ first_name: {}, age: {} }), required: ["first_name"] });
    expect(withOriginalNames({ first_name: "Ada", age: 1, more: 2 }, schema)).toEqual({
      "first name": "Ada",
      age: 1,
      more: 2,
    });
  });
});

describe("what strict clients refuse", () => {
  it.each([
    ["integers", { type: "integer" }, { type: "number" }],
    ["integers among types", { type: ["integer", "null"] }, { type: ["number", "null"] }],
    ["a list of one type", { type: ["string", "date"] }, { type: "string" }],
    ["unknown types", { type: "" }, {}],
    ["types that are no texts", { type: null }, {}],
    ["resources in lists", { type: "resource", resourceType: "s3" }, { type: "string" }],
    ["Windmill's formats", { type: "object", format: "resource-s3" }, { type: "object" }],
    ["Windmill's keywords", { type: "string", originalType: "enum" }, { type: "string" }],
    ["null as an enum", { type: "string", enum: null }, { type: "string" }],
    ["null as a default", { type: "string", default: null }, { type: "string" }],
    ["objects that say text", { type: "string", properties: {} }, { type: "object", properties: {} }],
    ["lists that say text", { type: "string", items: {} }, { type: "array", items: {} }],
  ])("is put right: %s", (_what, node, expected) => expect(shown(node)).toEqual(expected));

  it("is put right at every depth", () => {
    const inner = { type: "integer", enum: null };
    const node = {
      type: "object",
      properties: { list: { type: "array", items: { oneOf: [inner] } } },
      additionalProperties: inner,
    };
    expect(shown(node)).toEqual({
      type: "object",
      properties: { list: { type: "array", items: { oneOf: [{ type: "number" }] } } },
      additionalProperties: { type: "number" },
    });
  });

  it.each([
    { type: "string", format: "date-time", default: "x", enum: ["x"] },
    { type: ["string", "null"], default: null },
    { type: "boolean", default: false },
    { description: "anything" },
  ])("leaves %j as it is", (node) => expect(shown(node)).toEqual(node));
});
