import { describe, expect, it } from "vitest";
import { main as snapshotSchema } from "../../../../f/infra/nocodb/snapshot_schema.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();

describe("snapshot_schema", () => {
  it("answers the files that Prisma goes on from, and the commands that take them over", async () => {
    await table({ title: "Post", fields: [{ title: "Headline", type: "SingleLineText", required: true }] });
    const snapshot = await snapshotSchema(project, undefined, db, nocodb.value);
    expect(snapshot).toMatchObject({
      project,
      counts: { models: 1, enums: 0, relations: 0 },
      migrations: [{ name: "00000000000000_baseline", apply: false }],
      adopt: ["prisma migrate resolve --applied 00000000000000_baseline", "prisma generate"],
      problems: [],
    });
    expect(snapshot.prismaSchema).toContain("model Post {");
    expect(snapshot.migrations[0]?.sql).toContain('create table "post"');
  });

  it("says which rows the second migration would fail on", async () => {
    await table({ title: "Task", fields: [{ title: "State", type: "SingleSelect", choices: ["open"] }] });
    const { problems: none } = await snapshotSchema(project, undefined, db, nocodb.value);
    expect(none).toEqual([]);
    const schema = project.replaceAll("-", "_");
    await withPostgres(db, (sql) => sql.query(`insert into ${schema}.task (state) values ('gone'), (''), ('open')`));
    const { problems } = await snapshotSchema(project, undefined, db, nocodb.value);
    expect(problems).toMatchObject([{ table: "task", column: "state", rows: 1 }]);
  });

  it("leaves choices as they are when told to, and refuses what is neither", async () => {
    const text = await snapshotSchema(project, "text", db, nocodb.value);
    expect(text).toMatchObject({ counts: { enums: 0 }, problems: [], migrations: [{ apply: false }] });
    expect(text.prismaSchema).toMatch(/state +String\?/);
    await expect(snapshotSchema(project, "other" as never, db, nocodb.value)).rejects.toMatchObject({ status: 400 });
  });
});
