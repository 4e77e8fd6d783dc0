import { beforeAll, describe, expect, it } from "vitest";
import { main as createRecords } from "../../../../f/infra/nocodb/create_records.ts";
import { main as listRecords } from "../../../../f/infra/nocodb/list_records.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();
type Options = { where?: string; sort?: string; fields?: string[]; limit?: number; cursor?: string };
const list = ({ where, sort, fields, limit, cursor }: Options = {}) =>
  listRecords(project, "Number", where, sort, fields, limit, cursor, nocodb.value);
const values = async (options: Options) => (await list(options)).items.map(({ fields }) => fields.N);

beforeAll(async () => {
  await table({
    title: "Number",
    fields: [
      { title: "N", type: "Number" },
      { title: "Word", type: "SingleLineText" },
      { title: "Tags", type: "MultiSelect", choices: ["even", "odd"] },
    ],
  });
  const records = Array.from({ length: 2500 }, (_, n) => ({
    N: n,
    Word: n === 7 ? 'a, "b" (c)' : `w${n % 10}`,
    Tags: [n % 2 ? "odd" : "even"],
  }));
  await createRecords(project, "number", records, undefined, db, nocodb.value);
});

describe("list_records", () => {
  it("answers a hundred unless told otherwise, with ids beside fields", async () => {
    const { items, nextCursor } = await listRecords(
      project,
      "Number",
      null as never,
      null as never,
      null as never,
      null as never,
      null as never,
      nocodb.value,
    );
    expect(items).toHaveLength(100);
    expect(items[0]).toMatchObject({ id: 1, fields: { N: expect.any(Number), Tags: [expect.any(String)] } });
    expect(nextCursor).toEqual(expect.any(String));
  });

  it.each([400, 1000, 2000, 3000])("goes through all of it in pages of %i, each record once", async (limit) => {
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit, cursor, sort: "N", fields: ["N"] });
      seen.push(...page.items.map(({ fields }) => fields.N));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(Array.from({ length: 2500 }, (_, n) => n));
  });

  it("filters, sorts and picks fields", async () => {
    expect(await values({ where: "(N,lt,5)~and(Tags,anyof,odd)", sort: "-N" })).toEqual([3, 1]);
    expect(await values({ where: `(Word,eq,'a, "b" (c)')` })).toEqual([7]);
    expect((await list({ where: "(N,eq,1)", fields: ["word"] })).items).toEqual([
      { id: expect.any(Number), fields: { Word: "w1" } },
    ]);
  });

  it.each([
    ["a filter that is none", { where: "N=1" }],
    ["isnot, which NocoDB lets everything through for", { where: "(Word,isnot,null)" }],
    ["a filter on a field that is not there", { where: "(Nope,eq,1)" }],
    ["an operator that is none", { where: "(N,bogus,1)" }],
    ["a sort that is none", { sort: "-Nope" }],
    ["a field that is not there", { fields: ["Nope"] }],
    ["a limit of nothing", { limit: 0 }],
    ["a limit between the thousands", { limit: 1500 }],
    ["a limit that is too large", { limit: 11_000 }],
    ["a cursor of another limit", { cursor: "2.100", limit: 50 }],
    ["a cursor that is none", { cursor: "$var:f/infra/x" }],
  ])("refuses %s", async (_, options) => {
    await expect(list(options)).rejects.toMatchObject({ status: 400 });
  });
});
