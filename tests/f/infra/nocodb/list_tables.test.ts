import { describe, expect, it } from "vitest";
import { main as listTables } from "../../../../f/infra/nocodb/list_tables.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();

describe("list_tables", () => {
  it("lists tables by title with the fields that a definition can name, and none of NocoDB's own", async () => {
    expect((await listTables(project, db, nocodb.value)).items).toEqual([]);
    await table({ title: "Tag", fields: [{ title: "Word", type: "SingleLineText", unique: true }] });
    await table({
      title: "Post",
      fields: [
        { title: "Headline", type: "SingleLineText", required: true },
        { title: "Tags", type: "Links", table: "Tag", relation: "many_to_many" },
      ],
    });
    const { items } = await listTables(project, db, nocodb.value);
    expect(items.map(({ title, name }) => [title, name])).toEqual([
      ["Post", "post"],
      ["Tag", "tag"],
    ]);
    expect(items[0]?.fields.map(({ title, name, type }) => [title, name, type])).toEqual([
      ["Id", "id", "ID"],
      ["Headline", "headline", "SingleLineText"],
      ["Tags", null, "Links"],
    ]);
    expect(items[1]?.fields).toContainEqual(expect.objectContaining({ title: "Word", unique: true }));
    expect(items[1]?.fields).toContainEqual(expect.objectContaining({ title: "Posts", table: "Post" }));
  });

  it("knows no base of a project without one", async () => {
    await expect(listTables("never-made", db, nocodb.value)).rejects.toMatchObject({ status: 404 });
  });
});
