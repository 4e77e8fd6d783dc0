import { beforeEach, describe, expect, it } from "vitest";
import { main as createRecords } from "../../../../f/infra/nocodb/create_records.ts";
import { main as deleteRecords } from "../../../../f/infra/nocodb/delete_records.ts";
import { main as listRecords } from "../../../../f/infra/nocodb/list_records.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();
const remove = (ids?: (number | string)[], where?: string, dryRun?: boolean) =>
  deleteRecords(project, "Log", ids, where, dryRun, db, nocodb.value);
const count = async () => (await listRecords(project, "Log", "", "", [], 1000, "", nocodb.value)).items.length;
let ids: (number | string)[];

beforeEach(async () => {
  await table({ title: "Log", fields: [{ title: "N", type: "Number" }] });
  await remove(undefined, "(N,gte,0)", false);
  const records = Array.from({ length: 250 }, (_, n) => ({ N: n }));
  ({ ids } = await createRecords(project, "Log", records, "", db, nocodb.value));
});

describe("delete_records", () => {
  it("only counts unless told otherwise", async () => {
    expect(await remove(ids)).toEqual({ project, table: "Log", found: 250, deleted: 0, status: "planned" });
    expect(await remove(undefined, "(N,lt,10)", null as never)).toMatchObject({ found: 10, status: "planned" });
    expect(await count()).toBe(250);
  });

  it("deletes by ids, lets those that are gone be gone, and is then absent", async () => {
    const some = [...ids.slice(0, 150), 99_999_999];
    expect(await remove(some, undefined, false)).toMatchObject({ found: 150, deleted: 150, status: "deleted" });
    expect(await remove(some, undefined, false)).toMatchObject({ found: 0, deleted: 0, status: "absent" });
    expect(await count()).toBe(100);
  });

  it("deletes by a filter", async () => {
    expect(await remove(undefined, "(N,gte,100)", false)).toMatchObject({ deleted: 150 });
    expect(await count()).toBe(100);
  });

  it.each([
    ["nothing", null, undefined],
    ["both", [1], "(N,eq,1)"],
    ["a filter that lets everything through", undefined, "(N,isnot,null)"],
    ["a filter that is none", undefined, "true"],
    ["a filter on a field that is not there", undefined, "(Nope,eq,1)"],
    ["an id that is a filter", ["1)~or(Id,gt,0"], undefined],
  ])("deletes nothing when given %s", async (_, given, where) => {
    await expect(
      deleteRecords(project, "Log", given as number[], where, false, db, nocodb.value),
    ).rejects.toMatchObject({ status: 400 });
    expect(await count()).toBe(250);
  });
});
