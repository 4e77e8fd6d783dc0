import { beforeAll, describe, expect, it } from "vitest";
import { main as createRecords } from "../../../../f/infra/nocodb/create_records.ts";
import { main as listRecords } from "../../../../f/infra/nocodb/list_records.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();
const create = (records: unknown, keyField?: string) =>
  createRecords(project, "Person", records as object[], keyField, db, nocodb.value);
const people = async (where = "") =>
  (await listRecords(project, "Person", where, "", [], 1000, "", nocodb.value)).items;

beforeAll(async () => {
  await table({ title: "Team", fields: [{ title: "Name", type: "SingleLineText" }] });
  await table({
    title: "Person",
    fields: [
      { title: "Name", type: "SingleLineText" },
      { title: "Mail", type: "Email", unique: true },
      { title: "Age", type: "Number" },
      { title: "Mood", type: "SingleSelect", choices: ["good", "bad"] },
      { title: "Tags", type: "MultiSelect", choices: ["a", "b"] },
      { title: "Info", type: "JSON" },
      { title: "Shout", type: "Formula", formula: "UPPER({Name})" },
      { title: "Teams", type: "Links", table: "Team", relation: "many_to_many" },
    ],
  });
});

describe("create_records", () => {
  it("creates many in order, by titles or column names", async () => {
    const records = Array.from({ length: 350 }, (_, at) => ({ [at % 2 ? "Name" : "name"]: `p${at}`, Age: at }));
    const made = await create(records);
    expect(made).toMatchObject({ project, table: "Person", created: 350, skipped: 0 });
    const found = new Map((await people()).map(({ id, fields }) => [id, fields.Name]));
    expect(made.ids.map((id) => found.get(id))).toEqual(records.map((_, at) => `p${at}`));
  });

  it("sets choices, JSON and links at once", async () => {
    const { ids } = await createRecords(project, "Team", [{ Name: "t1" }, { Name: "t2" }], "", db, nocodb.value);
    const many = Array.from({ length: 25 }, (_, at) => ({
      Name: `linked${at}`,
      Tags: ["a", "b"],
      Mood: "good",
      Info: { at },
      Teams: at % 2 ? ids : ids[0],
    }));
    expect(await create(many)).toMatchObject({ created: 25 });
    const [one] = await people("(Name,eq,linked3)");
    expect(one?.fields).toMatchObject({ Tags: ["a", "b"], Mood: "good", Info: { at: 3 }, Shout: "LINKED3", Teams: 2 });
  });

  it("skips what is there already by a key field, so that a call can be made again", async () => {
    const records = Array.from({ length: 120 }, (_, at) => ({ Name: `k${at}`, Mail: `k${at}@example.com` }));
    expect(await create(records.slice(0, 70), "Mail")).toMatchObject({ created: 70, skipped: 0 });
    expect(await create(records, "mail")).toMatchObject({ created: 50, skipped: 70 });
    expect(await create(records, "Mail")).toMatchObject({ created: 0, skipped: 120, ids: [] });
  });

  it("says how many were created before a batch failed", async () => {
    const records = Array.from({ length: 150 }, (_, at) => ({ Name: `f${at}`, Age: at === 149 ? "not a number" : at }));
    await expect(create(records)).rejects.toMatchObject({
      details: { created: 100 },
      hint: expect.stringContaining("keyField"),
    });
  });

  it.each([
    ["no list", { Name: "x" }],
    ["a record that is no object", ["x"]],
    ["a field that the table lacks", [{ Name: "x", Nope: "hunter2" }]],
    ["a field of NocoDB's own", [{ created_at: "2020-01-01" }]],
    ["the key", [{ Id: 1 }]],
    ["a computed field", [{ Shout: "x" }]],
    ["a choice that there is not", [{ Mood: "hunter2" }]],
    ["one of several choices that there is not", [{ Tags: ["a", "hunter2"] }]],
    ["a link that is no id", [{ Teams: { id: 1 } }]],
    ["more than a hundred thousand", Array(100_001).fill({})],
  ])("sends nothing when given %s", async (_, records) => {
    const before = (await people()).length;
    const error = await create(records).catch((caught) => caught);
    expect([400, 413]).toContain(error.status);
    expect(JSON.stringify([error, error.message])).not.toContain("hunter2");
    expect((await people()).length).toBe(before);
  });

  it("refuses a key field in which two records have the same value, or none", async () => {
    await expect(create([{ Mail: "a@b.co" }, { Mail: "a@b.co" }], "Mail")).rejects.toMatchObject({ status: 400 });
    await expect(create([{ Name: "x" }], "Mail")).rejects.toMatchObject({ status: 400 });
    await expect(create([{ Name: "x" }], "Nope")).rejects.toMatchObject({ status: 400 });
  });
});
