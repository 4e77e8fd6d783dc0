import { describe, expect, it } from "vitest";
import { main as planTables } from "../../../../f/infra/nocodb/plan_tables.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();
const plan = (tables: object[]) => planTables(project, tables, null as never, db, nocodb.value);

describe("plan_tables", () => {
  it("says what is new, what changes and what is kept, in the order of the definitions", async () => {
    await table({
      title: "Old",
      fields: [
        { title: "A", type: "Number" },
        { title: "B", type: "Number" },
      ],
    });
    const planned = await plan([
      { title: "New", fields: [{ title: "Olds", type: "Links", table: "Old", relation: "has_many" }] },
      { title: "Old", description: "renewed", fields: [{ title: "A", type: "Decimal" }] },
    ]);
    expect(planned).toEqual({
      ...{ project, losesData: false, status: "changes", planHash: expect.stringMatching(/^[0-9a-f]{32}$/) },
      tables: [
        {
          ...{ table: "New", action: "create", warnings: [] },
          changes: [{ action: "create", field: "Olds", detail: "new field of type Links", losesData: false }],
        },
        {
          ...{ table: "Old", action: "update", warnings: [expect.stringMatching(/^B: not in the definition, kept/)] },
          changes: [expect.objectContaining({ action: "update", field: "A", detail: "type Number becomes Decimal" })],
        },
      ],
    });
  });

  it.each([
    ["no list", {} as never, /tables must be a list/],
    ["an empty list", [], /tables must be a list/],
    ["a field without a type", [{ title: "T", fields: [{ title: "F" }] }], /tables\[0\]\.fields\[0\]\.type/],
    ["two tables of one title", [{ title: "T" }, { title: "T" }], /title of their own/],
    ["two tables of one name", [{ title: "A b" }, { title: "A-b" }], /name of their own/],
    [
      "a link to a table that is nowhere",
      [{ title: "T", fields: [{ title: "F", type: "Links", table: "Nowhere", relation: "has_many" }] }],
      /Field F of table T links to a table that is not there/,
    ],
  ])("refuses %s", async (_, tables, message) => {
    await expect(plan(tables)).rejects.toThrow(message);
  });
});
