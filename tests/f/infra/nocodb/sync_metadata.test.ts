import { describe, expect, it } from "vitest";
import { main as listTables } from "../../../../f/infra/nocodb/list_tables.ts";
import { main as syncMetadata } from "../../../../f/infra/nocodb/sync_metadata.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();

describe("sync_metadata", () => {
  it("shows what a migration has added, keeps titles and choices of what it left alone, and touches no row", async () => {
    await table({
      title: "Item",
      fields: [
        { title: "How Much", type: "Number" },
        { title: "State", type: "SingleSelect", choices: ["a", "b"] },
      ],
    });
    await withPostgres(db, (sql) =>
      sql.query(`set role ${project}_owner; insert into ${project}.item (how_much) values (1), (2);
        alter table ${project}.item add column colour text not null default 'red'`),
    );
    expect(await syncMetadata(project, db, nocodb.value)).toMatchObject({
      status: "updated",
      mended: [{ what: "item.colour" }],
      remaining: [],
    });
    const [item] = (await listTables(project, db, nocodb.value)).items;
    expect(item?.fields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ title: "How Much", type: "Number" }),
        expect.objectContaining({ title: "State", choices: ["a", "b"] }),
        expect.objectContaining({ name: "colour" }),
      ]),
    );
    const { rows } = await withPostgres(db, (sql) =>
      sql.query(`select how_much, colour from ${project}.item order by id`),
    );
    expect(rows).toEqual([
      { how_much: "1", colour: "red" },
      { how_much: "2", colour: "red" },
    ]);
  });

  it("needs a login that may do it, and says so", async () => {
    await withPostgres(db, (sql) =>
      sql.query(`set role ${project}_owner; create table ${project}.more (id int primary key)`),
    );
    const { email: _, password: __, ...value } = nocodb.value;
    await expect(syncMetadata(project, db, value)).rejects.toMatchObject({
      status: 502,
      hint: expect.stringContaining("super admin"),
    });
  });
});
