import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nameFrom, tableDefinition } from "../../../../f/lib/nocodb/definition.ts";
import { FIELD_TYPES } from "../../../../f/lib/nocodb/field_types.ts";

const SECRET = "hunter2-hunter2";
const field = (more: object) => ({ title: "T", fields: [{ title: "F", type: "SingleLineText", ...more }] });

describe("tableDefinition", () => {
  it.each([
    ["nothing", undefined],
    ["a text", SECRET],
    ["a list", [SECRET]],
    ["no title", {}],
    ["an empty title", { title: "" }],
    ["a title with a parenthesis", { title: `a(${SECRET})` }],
    ["a title with a quote", { title: `'${SECRET}` }],
    ["a title with a brace", { title: `{${SECRET}` }],
    ["a title with a space before", { title: ` ${SECRET}` }],
    ["a title that refers to a variable", { title: "$var:f/infra/x" }],
    ["a title of a hundred characters", { title: "a".repeat(100) }],
    ["a title without a letter for a name", { title: "日本" }],
    ["a name in upper case", { title: "T", name: "Hunter2" }],
    ["a name with SQL", { title: "T", name: `t"; drop schema ${SECRET}` }],
    ["an unknown key", { title: "T", [SECRET]: 1 }],
    ["fields that are no list", { title: "T", fields: SECRET }],
    [
      "201 fields",
      { title: "T", fields: Array.from({ length: 201 }, (_, at) => ({ title: `f${at}`, type: "Number" })) },
    ],
    [
      "two fields of one title",
      {
        title: "T",
        fields: [
          { title: "F", name: "a", type: "Number" },
          { title: "F", name: "b", type: "Number" },
        ],
      },
    ],
    [
      "two fields of one name",
      {
        title: "T",
        fields: [
          { title: "A b", type: "Number" },
          { title: "A-b", type: "Number" },
        ],
      },
    ],
    ["an unknown type", field({ type: SECRET })],
    ["a type of Object's own", field({ type: "constructor" })],
    ["a column that NocoDB makes itself", field({ name: "created_at" })],
    ["the key's column", field({ title: "Id" })],
    ["a key that the type does not take", field({ choices: ["a"] })],
    ["choices that are missing", field({ type: "SingleSelect" })],
    ["a choice with a comma", field({ type: "SingleSelect", choices: ["a,b"] })],
    ["a choice twice", field({ type: "MultiSelect", choices: ["a", "a"] })],
    ["a default that is no choice", field({ type: "SingleSelect", choices: ["a"], default: SECRET })],
    ["unique with a default", field({ unique: true, default: SECRET })],
    ["a required that is a text", field({ required: SECRET })],
    ["a default that is an object", field({ default: { a: SECRET } })],
    ["a name for a formula", field({ type: "Formula", formula: "1", name: "f" })],
    ["a link without a table", field({ type: "Links", relation: "has_many" })],
    ["an unknown relation", field({ type: "Links", table: "T", relation: "belongs_to" })],
    ["an unknown rollup", field({ type: "Rollup", through: "A", field: "B", function: "median" })],
    ["a currency that is no code", field({ type: "Currency", currency: "euro" })],
  ])("refuses %s, and does not repeat it", (_, definition) => {
    const caught = (() => {
      try {
        tableDefinition(definition);
      } catch (error) {
        return error as Error;
      }
      return undefined;
    })();
    expect(caught).toMatchObject({ status: 400, details: { argument: expect.stringMatching(/^definition/) } });
    expect(JSON.stringify([caught, caught?.message])).not.toContain(SECRET);
  });

  it("makes names from titles", () => {
    expect(["Order Items", "SeenAt", "Café №1", "2nd Try", "A--b_"].map(nameFrom)).toEqual([
      "order_items",
      "seen_at",
      "cafe_no1",
      "nd_try",
      "a_b",
    ]);
  });

  it("knows the same types as schemas/table.schema.json, with the same keys", () => {
    const schema = JSON.parse(readFileSync("schemas/table.schema.json", "utf8"));
    const told = schema.$defs.field.oneOf.flatMap(
      ({ properties }: { properties: Record<string, { enum?: string[] }> }) =>
        (properties.type?.enum ?? []).map((type) => [
          type,
          Object.keys(properties)
            .filter((key) => !["title", "name", "type", "description"].includes(key))
            .sort(),
        ]),
    );
    const known = Object.entries(FIELD_TYPES).map(([type, { takes }]) => [type, [...takes].sort()]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(known));
  });
});
