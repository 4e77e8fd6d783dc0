import { describe, expect, it } from "vitest";
import { main as applyTables } from "../../../../f/infra/nocodb/apply_tables.ts";
import { main as createRecords } from "../../../../f/infra/nocodb/create_records.ts";
import { main as listTables } from "../../../../f/infra/nocodb/list_tables.ts";
import { main as planTables } from "../../../../f/infra/nocodb/plan_tables.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project } = nocodbProject();
type Options = { removeFields?: boolean; planHash?: string };
const plan = (tables: object[], { removeFields }: Options = {}) =>
  planTables(project, tables, removeFields ?? (null as never), db, nocodb.value);
const apply = (tables: object[], { removeFields, planHash }: Options = {}) =>
  applyTables(project, tables, removeFields ?? (null as never), planHash ?? (null as never), db, nocodb.value);
const titles = async () => (await listTables(project, db, nocodb.value)).items.map(({ title }) => title);

const text = (title: string) => ({ title, type: "SingleLineText" });
/** Both link to the other, and what looks through a link stands before it. */
const AUTHOR = {
  title: "Author",
  fields: [
    { title: "Shout", type: "Formula", formula: "UPPER({Name})" },
    { title: "Pages", type: "Rollup", through: "Books", field: "Length", function: "sum" },
    text("Name"),
    { title: "Books", type: "Links", table: "Book", relation: "has_many" },
  ],
};
const BOOK = {
  title: "Book",
  fields: [
    text("Title"),
    { title: "Length", type: "Number" },
    { title: "Readers", type: "Links", table: "Author", relation: "many_to_many" },
  ],
};

describe("apply_tables", () => {
  it("plan tables that link to one another, make exactly that, and have nothing left to do", async () => {
    const planned = await plan([AUTHOR, BOOK]);
    expect(planned).toMatchObject({
      ...{ project, losesData: false, status: "changes" },
      tables: [
        { table: "Author", action: "create", changes: AUTHOR.fields.map(({ title }) => ({ field: title })) },
        { table: "Book", action: "create", warnings: [] },
      ],
    });
    expect(await titles()).toEqual([]);
    expect(await plan([AUTHOR, BOOK])).toEqual(planned);
    const applied = await apply([AUTHOR, BOOK], planned);
    expect(applied).toMatchObject({ project, status: "updated", backups: [], tables: [{ action: "create" }, {}] });
    expect(await titles()).toEqual(["Author", "Book"]);
    expect(await plan([AUTHOR, BOOK])).toMatchObject({
      status: "empty",
      tables: [{ action: "none", changes: [] }, {}],
    });
    expect(await apply([AUTHOR, BOOK])).toMatchObject({ status: "unchanged" });
  });

  it("give a table another title without losing the links that lead to it", async () => {
    const renamed = [
      { ...AUTHOR, title: "Writer", name: "author" },
      { ...BOOK, fields: [...BOOK.fields.slice(0, 2), { ...BOOK.fields[2], table: "Writer" }] },
    ];
    expect(await plan(renamed)).toMatchObject({
      losesData: false,
      tables: [{ table: "Writer", action: "update", changes: [] }, { action: "none" }],
    });
    await apply(renamed);
    expect(await plan(renamed)).toMatchObject({ status: "empty" });
    await apply([{ ...AUTHOR, name: "author" }, BOOK]);
  });

  it("lose values only with the hash of the plan that says so, after a backup", async () => {
    await createRecords(project, "Book", [{ Title: "a", Length: 1 }, { Title: "b" }], undefined, db, nocodb.value);
    const less = [{ title: "Book", fields: [text("Title")] }];
    expect(await plan(less)).toMatchObject({
      ...{ status: "empty", losesData: false },
      tables: [{ warnings: [expect.stringMatching(/^Length: .*removeFields/)] }],
    });
    const { planHash, ...planned } = await plan(less, { removeFields: true });
    expect(planned).toMatchObject({
      losesData: true,
      tables: [{ changes: [{ action: "remove", field: "Length", losesData: true, records: 1 }] }],
    });
    const refused = { status: 412, details: { losses: ["Book.Length"] } };
    await expect(apply(less, { removeFields: true })).rejects.toMatchObject(refused);
    await createRecords(project, "Book", [{ Title: "c", Length: 3 }], undefined, db, nocodb.value);
    await expect(apply(less, { removeFields: true, planHash })).rejects.toMatchObject({ status: 412 });
    const again = await plan(less, { removeFields: true });
    expect(await apply(less, { removeFields: true, planHash: again.planHash })).toMatchObject({
      backups: [{ table: "Book", records: 3 }],
      status: "updated",
    });
  });
});
