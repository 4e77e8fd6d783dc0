import { describe, expect, it } from "vitest";
import { main as createRecords } from "../../../../f/infra/nocodb/create_records.ts";
import { main as dropTable } from "../../../../f/infra/nocodb/drop_table.ts";
import { main as listTables } from "../../../../f/infra/nocodb/list_tables.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();
const titles = async () => (await listTables(project, db, nocodb.value)).items.map(({ title }) => title);
const drop = (title: string, confirm: string) => dropTable(project, title, confirm, db, nocodb.value);

describe("drop_table", () => {
  it("keeps every record and its links in a backup, and takes the links of others along", async () => {
    await table({ title: "Item", fields: [{ title: "What", type: "SingleLineText" }] });
    await table({
      title: "Order",
      fields: [
        { title: "No", type: "Number" },
        { title: "Items", type: "Links", table: "Item", relation: "many_to_many" },
      ],
    });
    const { ids } = await createRecords(
      project,
      "Item",
      [{ What: "tea" }, { What: "pie" }],
      undefined,
      db,
      nocodb.value,
    );
    const orders = [{ No: 1, Items: ids }, ...Array.from({ length: 1500 }, (_, at) => ({ No: at + 2 }))];
    await createRecords(project, "Order", orders.slice(1), undefined, db, nocodb.value);
    await createRecords(project, "Order", orders.slice(0, 1), undefined, db, nocodb.value);
    const dropped = await drop("Order", "Order");
    expect(dropped).toMatchObject({ status: "dropped", backup: { records: 1501 } });
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select records from run8n.nocodb_dump_part where dump = $1 order by part", [dropped.backup?.id]),
    );
    const records = rows.flatMap((one) => one.records);
    expect(records).toHaveLength(1501);
    expect(records.find(({ fields }) => fields.No === 1).fields.Items).toMatchObject(ids.map((id) => ({ id })));
    expect(await titles()).toEqual(["Item"]);
    expect((await listTables(project, db, nocodb.value)).items[0]?.fields.map(({ title }) => title)).toEqual([
      "Id",
      "What",
    ]);
    expect(await drop("Order", "Order")).toEqual({ project, table: "Order", status: "absent" });
  });

  it.each(["", "yes", "stay"])("drops nothing when confirm is %j", async (confirm) => {
    await table({ title: "Stay", fields: [{ title: "A", type: "Number" }] });
    await expect(drop("Stay", confirm)).rejects.toMatchObject({ status: 412 });
    expect(await titles()).toContain("Stay");
  });
});
