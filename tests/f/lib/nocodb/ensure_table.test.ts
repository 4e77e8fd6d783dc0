import { describe, expect, it } from "vitest";
import { requireBase } from "../../../../f/lib/nocodb/base.ts";
import { path } from "../../../../f/lib/nocodb/client.ts";
import { requireTable } from "../../../../f/lib/nocodb/metadata.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

describe.each(["project_schema", "nocodb"] as const)("ensureTable in %s", (storage) => {
  const { db, nocodb, project, table } = nocodbProject(storage);
  const open = async (title: string) => requireTable(nocodb.api, await requireBase(nocodb.api, project), title);
  const records = async (title: string) => path`/api/v2/tables/${(await open(title)).id}/records`;
  const insert = async (title: string, rows: object[]) => nocodb.api.post(await records(title), rows);

  const EVERY_TYPE = {
    title: "Every Type",
    fields: [
      { title: "Name", type: "SingleLineText", required: true },
      { title: "Story", type: "LongText", description: "what happened" },
      { title: "Mail", type: "Email", unique: true },
      { title: "Site", type: "URL" },
      { title: "Phone", type: "PhoneNumber" },
      { title: "Count", type: "Number", default: 3 },
      { title: "Stars", type: "Rating" },
      { title: "Born In", type: "Year" },
      { title: "Ratio", type: "Decimal", precision: 3 },
      { title: "Price", type: "Currency", currency: "EUR" },
      { title: "Share", type: "Percent" },
      { title: "Took", type: "Duration" },
      { title: "Done", type: "Checkbox", default: false },
      { title: "Day", type: "Date" },
      { title: "Seen At", type: "DateTime" },
      { title: "Wakes", type: "Time" },
      { title: "State", type: "SingleSelect", choices: ["new", "paid"], default: "new" },
      { title: "Tags", type: "MultiSelect", choices: ["a", "b"] },
      { title: "Files", type: "Attachment" },
      { title: "Extra", type: "JSON" },
      { title: "Shout", type: "Formula", formula: "UPPER({Name})" },
    ],
  };

  it("makes a field of every type, and is then unchanged", async () => {
    const made = await table(EVERY_TYPE);
    expect(made).toMatchObject({ status: "created", warnings: [], table: { title: "Every Type", name: "every_type" } });
    const [key, ...fields] = made.table.fields;
    expect(key).toMatchObject({ title: "Id", name: "id", type: "ID" });
    expect(fields.map(({ title, type }) => [title, type])).toEqual(
      EVERY_TYPE.fields.map(({ title, type }) => [title, type]),
    );
    expect(fields.find(({ title }) => title === "Name")).toMatchObject({ name: "name", required: true });
    expect(fields.find(({ title }) => title === "Mail")).toMatchObject({ unique: true });
    expect(fields.find(({ title }) => title === "Seen At")).toMatchObject({ name: "seen_at" });
    expect(fields.find(({ title }) => title === "State")).toMatchObject({ choices: ["new", "paid"], default: "new" });
    expect(await table(EVERY_TYPE)).toMatchObject({ status: "unchanged", changes: [], table: made.table });
  });

  it("has required and unique kept by the database itself", async () => {
    await insert("Every Type", [{ Name: "one", Mail: "a@b.co" }]);
    await expect(insert("Every Type", [{ Story: "no name" }])).rejects.toMatchObject({ status: 400 });
    await expect(insert("Every Type", [{ Name: "two", Mail: "a@b.co" }])).rejects.toBeDefined();
  });

  it("links tables, and looks through the links", async () => {
    await table({
      title: "Item",
      fields: [
        { title: "What", type: "SingleLineText" },
        { title: "Qty", type: "Number" },
      ],
    });
    const order = {
      title: "Order",
      fields: [
        { title: "No", type: "SingleLineText" },
        { title: "Total", type: "Rollup", through: "Items", field: "Qty", function: "sum" },
        { title: "Whats", type: "Lookup", through: "Items", field: "What" },
        { title: "Items", type: "Links", table: "Item", relation: "has_many" },
        { title: "Tags", type: "Links", table: "Item", relation: "many_to_many" },
        { title: "Main", type: "Links", table: "Item", relation: "one_to_one" },
        { title: "Parts", type: "Links", table: "Order", relation: "has_many" },
      ],
    };
    const made = await table(order);
    expect(made.status).toBe("created");
    const link = (title: string) => made.table.fields.find((one) => one.title === title);
    expect(link("Items")).toMatchObject({ table: "Item", relation: "has_many", name: null });
    expect(link("Tags")).toMatchObject({ table: "Item", relation: "many_to_many" });
    expect(link("Main")).toMatchObject({ table: "Item", relation: "one_to_one" });
    expect(await table(order)).toMatchObject({ status: "unchanged", changes: [] });
    await expect(
      table({ title: "Lost", fields: [{ title: "X", type: "Links", table: "Nowhere", relation: "has_many" }] }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it("changes titles, defaults, choices and types that keep every value without asking", async () => {
    const first = {
      title: "Grow",
      fields: [
        { title: "A", type: "SingleLineText" },
        { title: "N", type: "Number" },
        { title: "S", type: "SingleSelect", choices: ["x"] },
      ],
    };
    await table(first);
    await insert("Grow", [{ A: "text", N: 7, S: "x" }]);
    const changed = await table({
      title: "Grow",
      fields: [
        { title: "Alpha", name: "a", type: "LongText" },
        { title: "N", type: "Decimal", default: 1.5 },
        { title: "S", type: "SingleSelect", choices: ["x", "y"], default: "y" },
      ],
    });
    expect(changed).toMatchObject({ status: "updated", warnings: [] });
    expect(changed.changes.map(({ action, losesData }) => [action, losesData])).toEqual(
      Array(3).fill(["update", false]),
    );
    const { list } = await nocodb.api.get<{ list: object[] }>(await records("Grow"));
    expect(list).toMatchObject([{ Alpha: "text", N: 7, S: "x" }]);
  });

  it("plans what would lose values, does nothing without confirm, and backs up before it does", async () => {
    const full = {
      title: "Loss",
      fields: [
        { title: "Keep", type: "SingleLineText" },
        { title: "Gone", type: "LongText" },
        { title: "Pick", type: "SingleSelect", choices: ["p", "q"] },
      ],
    };
    await table(full);
    await insert("Loss", [
      { Keep: "1", Gone: "v", Pick: "q" },
      { Keep: "2", Pick: "p" },
    ]);
    const less = {
      title: "Loss",
      fields: [
        { title: "Keep", type: "SingleLineText" },
        { title: "Pick", type: "SingleSelect", choices: ["p"] },
      ],
    };
    expect(await table(less)).toMatchObject({
      status: "planned",
      warnings: expect.arrayContaining([expect.stringContaining("Pick")]),
    });
    const planned = await table(less, { removeFields: true, confirm: "wrong" });
    expect(planned.changes).toEqual([
      expect.objectContaining({ field: "Pick", action: "update", losesData: true, records: 1 }),
      expect.objectContaining({ field: "Gone", action: "remove", losesData: true, records: 1 }),
    ]);
    expect((await nocodb.api.get<{ list: object[] }>(await records("Loss"))).list).toMatchObject([
      { Gone: "v", Pick: "q" },
      {},
    ]);
    const done = await table(less, { removeFields: true, confirm: "Loss" });
    expect(done).toMatchObject({ status: "updated", backup: { records: 2 } });
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select records from run8n.nocodb_dump_part where dump = $1", [done.backup?.id]),
    );
    expect(rows[0].records).toMatchObject([{ fields: { Gone: "v", Pick: "q" } }, { fields: { Keep: "2" } }]);
    expect(await table(less, { removeFields: true })).toMatchObject({ status: "unchanged" });
  });

  it("removes a field that holds nothing without asking, and keeps one that is not in the definition unless told", async () => {
    const two = {
      title: "Spare",
      fields: [
        { title: "A", type: "SingleLineText" },
        { title: "B", type: "SingleLineText" },
      ],
    };
    await table(two);
    const one = { title: "Spare", fields: [{ title: "A", type: "SingleLineText" }] };
    expect(await table(one)).toMatchObject({
      status: "unchanged",
      warnings: [expect.stringMatching(/^B: not in the definition/)],
    });
    const removed = await table(one, { removeFields: true });
    expect(removed).toMatchObject({ status: "updated", changes: [{ action: "remove", field: "B", losesData: false }] });
  });

  it("refuses to make a field required that has gaps, and changes nothing", async () => {
    await table({ title: "Gaps", fields: [{ title: "A", type: "Number" }] });
    await insert("Gaps", [{ A: null }]);
    await expect(
      table({ title: "Gaps", fields: [{ title: "A", type: "Number", required: true }] }),
    ).rejects.toMatchObject({ status: 412 });
    await expect(
      table({ title: "Gaps", fields: [{ title: "A", type: "Number", unique: true }] }),
    ).resolves.toMatchObject({ status: "updated" });
  });

  it("makes one table for callers at once", async () => {
    const definition = { title: "Race", fields: [{ title: "A", type: "Number" }] };
    const results = await Promise.all([table(definition), table(definition), table(definition)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["created", "unchanged", "unchanged"]);
  });
});
