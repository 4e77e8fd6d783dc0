import { beforeAll, describe, expect, it } from "vitest";
import { main as createRecords } from "../../../../f/infra/nocodb/create_records.ts";
import { main as listRecords } from "../../../../f/infra/nocodb/list_records.ts";
import { main as updateRecords } from "../../../../f/infra/nocodb/update_records.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();
const update = (records: unknown) => updateRecords(project, "Task", records as object[], db, nocodb.value);
const tasks = async () => (await listRecords(project, "Task", "", "", [], 1000, "", nocodb.value)).items;
let ids: (number | string)[];

beforeAll(async () => {
  await table({
    title: "Task",
    fields: [
      { title: "What", type: "SingleLineText" },
      { title: "Done", type: "Checkbox" },
      { title: "Parts", type: "Links", table: "Task", relation: "has_many" },
    ],
  });
  const records = Array.from({ length: 230 }, (_, at) => ({ What: `t${at}`, Done: false }));
  ({ ids } = await createRecords(project, "Task", records, "", db, nocodb.value));
});

describe("update_records", () => {
  it("changes what is named in many records and leaves the rest", async () => {
    expect(await update(ids.map((id) => ({ id, fields: { Done: true } })))).toEqual({
      project,
      table: "Task",
      updated: 230,
    });
    const found = await tasks();
    expect(found.every(({ fields }) => fields.Done === true)).toBe(true);
    expect(found.find(({ id }) => id === ids[3])?.fields.What).toBe("t3");
    expect(await update([])).toMatchObject({ updated: 0 });
  });

  it("sets links to exactly those that are named", async () => {
    const [parent, a, b] = ids as [number, number, number];
    const parts = async () => (await tasks()).find(({ id }) => id === parent)?.fields.Parts;
    await update([{ id: parent, fields: { Parts: [a, b] } }]);
    expect(await parts()).toBe(2);
    await update([{ id: parent, fields: { Parts: [b] } }]);
    expect(await parts()).toBe(1);
  });

  it("changes nothing when one of the records is not there, and says which", async () => {
    const records = [...ids, 99_999_999].map((id) => ({ id, fields: { What: "changed" } }));
    await expect(update(records)).rejects.toMatchObject({ status: 404, details: { missing: [99_999_999] } });
    expect((await tasks()).some(({ fields }) => fields.What === "changed")).toBe(false);
  });

  it.each([
    ["no list", {}],
    ["a record without an id", [{ fields: { What: "x" } }]],
    ["an id that is an object", [{ id: {}, fields: { What: "x" } }]],
    ["an id that is a filter", [{ id: "1)~or(Id,gt,0", fields: { What: "x" } }]],
    ["fields beside the id", [{ id: 1, What: "x" }]],
    ["no fields", [{ id: 1 }]],
    ["a field that the table lacks", [{ id: 1, fields: { Nope: 1 } }]],
  ])("refuses %s", async (_, records) => {
    await expect(update(records)).rejects.toMatchObject({ status: 400 });
  });
});
