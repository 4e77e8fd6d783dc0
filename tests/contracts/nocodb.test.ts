import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { path } from "../../f/lib/nocodb/client.ts";
import { testNocodb } from "../support/nocodb.ts";

/**
 * What we rely on of NocoDB's API. Runs against the stand-in, and against the real one with `npm run test:nocodb` or with
 * NOCODB_URL and NOCODB_TOKEN.
 */
type Column = {
  id: string;
  title: string;
  column_name: string | null;
  uidt: string;
  colOptions?: Record<string, unknown>;
};
type Table = { id: string; title: string; source_id: string; columns: Column[] };
type List<T> = { list: T[]; pageInfo: { totalRows: number; isLastPage: boolean } };

const nocodb = testNocodb();
const title = `t${randomBytes(5).toString("hex")}`;
let base: { id: string };
let people: Table;
let orders: Table;

const column = (table: Table, name: string) => table.columns.find((one) => one.title === name) as Column;
const records = (table: Table) => path`/api/v2/tables/${table.id}/records`;
const create = (name: string, columns: object[]) =>
  nocodb.api.post<Table>(path`/api/v2/meta/bases/${base.id}/tables`, {
    ...{ title: name, table_name: name.toLowerCase() },
    columns: [{ title: "Id", column_name: "id", uidt: "ID" }, ...columns],
  });
const field = (table: Table, body: object) =>
  nocodb.api.post<{ id: string }>(path`/api/v3/meta/bases/${base.id}/tables/${table.id}/fields`, body);
const refused = (work: Promise<unknown>, status: number) => expect(work).rejects.toMatchObject({ status });

beforeAll(async () => {
  const { ncDefaultWorkspaceId } = await nocodb.api.get<{ ncDefaultWorkspaceId: string }>("/api/v2/meta/nocodb/info");
  base = await nocodb.api.post(path`/api/v3/meta/workspaces/${ncDefaultWorkspaceId}/bases`, {
    title,
    description: "d",
  });
  people = await create("People", [
    { title: "Name", column_name: "name", uidt: "SingleLineText", pv: true },
    { title: "Age", column_name: "age", uidt: "Number" },
    {
      title: "Mood",
      column_name: "mood",
      uidt: "SingleSelect",
      colOptions: { options: [{ title: "good" }, { title: "bad" }] },
    },
    {
      title: "Tags",
      column_name: "tags",
      uidt: "MultiSelect",
      colOptions: { options: [{ title: "a" }, { title: "b" }] },
    },
    { title: "Seen", column_name: "seen", uidt: "DateTime" },
    { title: "Ok", column_name: "ok", uidt: "Checkbox", cdf: "true" },
    { title: "Info", column_name: "info", uidt: "JSON" },
  ]);
  orders = await create("Orders", [
    { title: "What", column_name: "what", uidt: "SingleLineText", pv: true },
    { title: "Qty", column_name: "qty", uidt: "Number" },
  ]);
});
afterAll(() => nocodb.api.delete(path`/api/v3/meta/bases/${base.id}`));

describe("metadata", () => {
  it("keeps the base's description, which is how we know our own", async () => {
    expect(await nocodb.api.get(path`/api/v3/meta/bases/${base.id}`)).toMatchObject({ title, description: "d" });
    const { list } = await nocodb.api.get<List<{ id: string }>>("/api/v2/meta/bases");
    expect(list).toContainEqual(expect.objectContaining({ id: base.id, title }));
  });

  it("makes the columns that were named, and its own system fields", () => {
    const named = (name: string) => people.columns.find((one) => one.column_name === name);
    expect(named("mood")).toMatchObject({
      uidt: "SingleSelect",
      colOptions: { options: [{ title: "good" }, { title: "bad" }] },
    });
    expect(named("id")).toMatchObject({ uidt: "ID", pk: true });
    for (const name of ["created_at", "updated_at", "created_by", "updated_by", "nc_order"])
      expect(named(name)).toMatchObject({ system: true });
  });

  it("refuses a second table of the same title, and a second field", async () => {
    await refused(create("People", []), 409);
    await refused(field(people, { title: "Age", type: "Number" }), 409);
  });

  it("knows no base, table or field by a made-up id", async () => {
    await refused(nocodb.api.get("/api/v3/meta/bases/nope"), 404);
    await refused(nocodb.api.get("/api/v2/tables/nope/records"), 404);
    await refused(nocodb.api.delete(path`/api/v3/meta/bases/${base.id}/fields/nope`), 404);
  });

  it("ignores that a new field is required, and takes it with the next update", async () => {
    const table = await create("Quirks", [{ title: "Must", column_name: "must", uidt: "Number", rqd: true, cdf: "7" }]);
    const must = column(table, "Must");
    expect(must).toMatchObject({ cdf: "7", rqd: false });
    const changed = await nocodb.api.patch<Table>(path`/api/v2/meta/columns/${must.id}`, {
      ...{ title: "Must", column_name: "must", uidt: "Number", rqd: true, cdf: "8" },
    });
    expect(column(changed, "Must")).toMatchObject({ cdf: "8", rqd: true });
    await nocodb.api.delete(path`/api/v2/meta/tables/${table.id}`);
    await refused(nocodb.api.get(path`/api/v2/meta/tables/${table.id}`), 404);
  });
});

describe("records", () => {
  it("takes a hundred per call and no more, and answers their ids in order", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => ({ Name: `n${at}`, Age: at }));
    await refused(nocodb.api.post(records(people), many(101)), 413);
    const made = await nocodb.api.post<{ Id: number }[]>(records(people), many(100));
    expect(made).toHaveLength(100);
    const page = await nocodb.api.get<List<{ Name: string }>>(records(people), {
      where: "(Age,ge,50)",
      sort: "-Age",
      limit: 3,
    });
    expect(page.list.map(({ Name }) => Name)).toEqual(["n99", "n98", "n97"]);
    expect(page.pageInfo).toMatchObject({ totalRows: 50, isLastPage: false });
    await nocodb.api.delete(
      records(people),
      made.map(({ Id }) => ({ Id })),
    );
    expect(await nocodb.api.get(path`/api/v2/tables/${people.id}/records/count`)).toEqual({ count: 0 });
  });

  it("gives back values of every type as it takes them", async () => {
    const given = {
      Name: "A",
      Age: 5,
      Mood: "good",
      Tags: "a,b",
      Seen: "2020-01-02 03:04:05+00:00",
      Ok: false,
      Info: { x: [1] },
    };
    const { Id } = await nocodb.api.post<{ Id: number }>(records(people), given);
    expect(await nocodb.api.get(path`/api/v2/tables/${people.id}/records/${Id}`)).toMatchObject({ Id, ...given });
    await nocodb.api.patch(records(people), [{ Id, Age: 6 }]);
    expect(await nocodb.api.get(path`/api/v2/tables/${people.id}/records/${Id}`)).toMatchObject({ ...given, Age: 6 });
    await nocodb.api.delete(records(people), [{ Id }]);
    await refused(nocodb.api.get(path`/api/v2/tables/${people.id}/records/${Id}`), 404);
  });

  it("drops a field that the table lacks without a word", async () => {
    const { Id } = await nocodb.api.post<{ Id: number }>(records(people), { Name: "B", Nope: 1 });
    expect(Id).toBeGreaterThan(0);
    await nocodb.api.delete(records(people), [{ Id }]);
  });

  it.each([
    ["a select's option", { Mood: "other" }],
    ["a number", { Age: "abc" }],
  ])("refuses what is not %s", (_, fields) => refused(nocodb.api.post(records(people), fields), 400));

  it("refuses all updates and deletions of a call when one record is missing", async () => {
    const { Id } = await nocodb.api.post<{ Id: number }>(records(people), { Name: "C" });
    await refused(
      nocodb.api.patch(records(people), [
        { Id, Name: "D" },
        { Id: 99_999_999, Name: "x" },
      ]),
      404,
    );
    await refused(nocodb.api.delete(records(people), [{ Id }, { Id: 99_999_999 }]), 404);
    expect(await nocodb.api.get(path`/api/v2/tables/${people.id}/records/${Id}`)).toMatchObject({ Name: "C" });
    await nocodb.api.delete(records(people), [{ Id }]);
  });

  it.each([
    ["equal", "(Name,eq,x)", ["x"]],
    ["in a list", "(Name,in,x,y)", ["x", "y"]],
    ["both", "(Age,gt,1)~and(Age,lt,3)", ["y"]],
    ["either", "(Age,eq,1)~or(Age,eq,3)", ["x", "z"]],
    ["grouped", "((Age,eq,1)~or(Age,eq,3))~and(Name,neq,z)", ["x"]],
    ["like", "(Name,like,%y%)", ["y"]],
    ["null", "(Mood,is,null)", ["y", "z"]],
    ["not null", "(Mood,isnot,null)", ["x"]],
    ["one of several", "(Tags,anyof,b)", ["x"]],
  ])("filters: %s", async (_, where, names) => {
    const rows = [
      { Name: "x", Age: 1, Mood: "good", Tags: "a,b" },
      { Name: "y", Age: 2 },
      { Name: "z", Age: 3, Tags: "a" },
    ];
    const made = await nocodb.api.post<{ Id: number }[]>(records(people), rows);
    const { list } = await nocodb.api.get<List<{ Name: string }>>(records(people), {
      where,
      fields: "Name",
      sort: "Name",
    });
    await nocodb.api.delete(
      records(people),
      made.map(({ Id }) => ({ Id })),
    );
    expect(list.map(({ Name }) => Name)).toEqual(names);
  });

  it("speaks v3 beside it, ten per call, with the key beside the fields", async () => {
    const at = path`/api/v3/data/${base.id}/${people.id}/records`;
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ fields: { Name: `v${n}` } }));
    await refused(nocodb.api.post(at, many(11)), 413);
    const { records: made } = await nocodb.api.post<{ records: { id: number; fields: object }[] }>(at, many(10));
    expect(made[9]).toMatchObject({ fields: { Name: "v9", Tags: null } });
    const page = await nocodb.api.get<{ records: object[]; next?: string }>(at, {
      pageSize: 4,
      page: 3,
      fields: "Name",
    });
    expect(page).toMatchObject({ records: [{ fields: { Name: "v8" } }, { fields: { Name: "v9" } }] });
    expect(page.next ?? null).toBeNull();
    await refused(nocodb.api.get(at, { where: "(Nope,eq,1)" }), 400);
    await nocodb.api.delete(
      records(people),
      made.map(({ id }) => ({ Id: id })),
    );
  });
});

describe("links and what looks through them", () => {
  it("counts, looks up, sums and computes over linked records", async () => {
    const link = await field(people, {
      ...{ title: "Orders", type: "Links", options: { relation_type: "hm", related_table_id: orders.id } },
    });
    const through = { related_field_id: link.id };
    const [what, qty] = [column(orders, "What").id, column(orders, "Qty").id];
    const sum = { ...through, related_table_rollup_field_id: qty, rollup_function: "sum" };
    await field(people, { title: "Sum", type: "Rollup", options: sum });
    await field(people, {
      title: "Whats",
      type: "Lookup",
      options: { ...through, related_table_lookup_field_id: what },
    });
    await field(people, {
      title: "Shout",
      type: "Formula",
      options: { formula: 'CONCAT(UPPER({Name}), " ", {Age} + 1)' },
    });
    const { Id } = await nocodb.api.post<{ Id: number }>(records(people), { Name: "ada", Age: 1 });
    const made = await nocodb.api.post<{ Id: number }[]>(records(orders), [
      { What: "tea", Qty: 2 },
      { What: "pie", Qty: 3 },
    ]);
    await nocodb.api.post(path`/api/v2/tables/${people.id}/links/${link.id}/records/${Id}`, made);
    expect(await nocodb.api.get(path`/api/v2/tables/${people.id}/records/${Id}`)).toMatchObject({
      ...{ Orders: 2, Sum: 5, Whats: ["tea", "pie"], Shout: "ADA 2" },
    });
    const linked = path`/api/v2/tables/${people.id}/links/${link.id}/records/${Id}`;
    expect((await nocodb.api.get<List<object>>(linked)).list).toEqual([
      { Id: made[0]?.Id, What: "tea" },
      { Id: made[1]?.Id, What: "pie" },
    ]);
    await nocodb.api.delete(linked, [made[0]]);
    expect(await nocodb.api.get(path`/api/v2/tables/${people.id}/records/${Id}`)).toMatchObject({ Orders: 1, Sum: 3 });
    await refused(nocodb.api.post(linked, [{ Id: 99_999_999 }]), 404);
  });

  it("links many to many through a table of its own, written in one call by v3", async () => {
    const link = await field(people, {
      ...{ title: "Likes", type: "Links", options: { relation_type: "mm", related_table_id: orders.id } },
    });
    const made = await nocodb.api.post<{ Id: number }[]>(records(orders), [{ What: "m1" }, { What: "m2" }]);
    const at = path`/api/v3/data/${base.id}/${people.id}/records`;
    const likes = made.map(({ Id }) => ({ id: Id }));
    const {
      records: [one],
    } = await nocodb.api.post<{ records: [{ id: number; fields: object }] }>(at, [
      { fields: { Name: "mm", Likes: likes } },
    ]);
    expect(one.fields).toMatchObject({ Likes: 2 });
    const described = await nocodb.api.get<Table>(path`/api/v2/meta/tables/${people.id}`);
    const options = described.columns.find(({ id }) => id === link.id)?.colOptions as Record<string, string>;
    const junction = await nocodb.api.get<Table>(path`/api/v2/meta/tables/${options.fk_mm_model_id ?? ""}`);
    const named = (id = "") => junction.columns.find((one) => one.id === id)?.column_name;
    expect([named(options.fk_mm_child_column_id), named(options.fk_mm_parent_column_id)]).toEqual([
      "people_id",
      "orders_id",
    ]);
    const { list } = await nocodb.api.get<List<{ mm: boolean }>>(path`/api/v2/meta/bases/${base.id}/tables`);
    expect(list).toHaveLength(2);
    const all = await nocodb.api.get<List<{ mm: boolean }>>(path`/api/v2/meta/bases/${base.id}/tables`, {
      includeM2M: "true",
    });
    expect(all.list.filter(({ mm }) => mm)).toHaveLength(1);
  });
});

describe("logins", () => {
  it("refuses an unknown token, and lets no token make tokens", async () => {
    const { openNocodb } = await import("../../f/lib/nocodb/client.ts");
    await refused(openNocodb({ ...nocodb.value, token: "nope" }).get("/api/v2/meta/bases"), 502);
    await expect(nocodb.api.get("/api/v1/tokens")).rejects.toThrow();
  });
});
