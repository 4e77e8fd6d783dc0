import { describe, expect, it } from "vitest";
import { openNocodb, path } from "../../f/lib/nocodb/client.ts";
import { type List, type Table, twoTables } from "../support/nocodb_tables.ts";

/**
 * What we rely on of NocoDB's API. Runs against the stand-in, and against the real one with `npm run test:nocodb` or with
 * NOCODB_URL and NOCODB_TOKEN.
 */
const { nocodb, title, world, create, column, field, records, refused } = twoTables();

describe("metadata", () => {
  it("keeps the base's description, which is how we know our own", async () => {
    expect(await nocodb.api.get(path`/api/v3/meta/bases/${world.base.id}`)).toMatchObject({ title, description: "d" });
    const { list } = await nocodb.api.get<List<{ id: string }>>("/api/v2/meta/bases");
    expect(list).toContainEqual(expect.objectContaining({ id: world.base.id, title }));
  });

  it("makes the columns that were named, and its own system fields", () => {
    const named = (name: string) => world.people.columns.find((one) => one.column_name === name);
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
    await refused(field(world.people, { title: "Age", type: "Number" }), 409);
  });

  it("gives a table another title only together with another name", async () => {
    const table = await create("Called", []);
    const at = path`/api/v2/meta/tables/${table.id}`;
    await refused(nocodb.api.patch(at, { title: "Other", table_name: "called" }), 409);
    await refused(nocodb.api.patch(at, { title: "Called", table_name: "other" }), 409);
    await refused(nocodb.api.patch(at, { title: "Other" }), 400);
    await nocodb.api.patch(at, { title: "Other", table_name: "other" });
    await nocodb.api.patch(at, { description: "d" });
    const { title, table_name, description } = await nocodb.api.get<
      Table & { table_name: string; description: string }
    >(at);
    expect({ title, table_name, description }).toEqual({ title: "Other", table_name: "other", description: "d" });
    await nocodb.api.delete(at);
  });

  it("knows no base, table or field by a made-up id", async () => {
    await refused(nocodb.api.get("/api/v3/meta/bases/nope"), 404);
    await refused(nocodb.api.get("/api/v2/tables/nope/records"), 404);
    await refused(nocodb.api.delete(path`/api/v3/meta/bases/${world.base.id}/fields/nope`), 404);
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
    await refused(nocodb.api.post(records(world.people), many(101)), 413);
    const made = await nocodb.api.post<{ Id: number }[]>(records(world.people), many(100));
    expect(made).toHaveLength(100);
    const page = await nocodb.api.get<List<{ Name: string }>>(records(world.people), {
      where: "(Age,ge,50)",
      sort: "-Age",
      limit: 3,
    });
    expect(page.list.map(({ Name }) => Name)).toEqual(["n99", "n98", "n97"]);
    expect(page.pageInfo).toMatchObject({ totalRows: 50, isLastPage: false });
    await nocodb.api.delete(
      records(world.people),
      made.map(({ Id }) => ({ Id })),
    );
    expect(await nocodb.api.get(path`/api/v2/tables/${world.people.id}/records/count`)).toEqual({ count: 0 });
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
    const { Id } = await nocodb.api.post<{ Id: number }>(records(world.people), given);
    expect(await nocodb.api.get(path`/api/v2/tables/${world.people.id}/records/${Id}`)).toMatchObject({ Id, ...given });
    await nocodb.api.patch(records(world.people), [{ Id, Age: 6 }]);
    expect(await nocodb.api.get(path`/api/v2/tables/${world.people.id}/records/${Id}`)).toMatchObject({
      ...given,
      Age: 6,
    });
    await nocodb.api.delete(records(world.people), [{ Id }]);
    await refused(nocodb.api.get(path`/api/v2/tables/${world.people.id}/records/${Id}`), 404);
  });

  it("drops a field that the table lacks without a word", async () => {
    const { Id } = await nocodb.api.post<{ Id: number }>(records(world.people), { Name: "B", Nope: 1 });
    expect(Id).toBeGreaterThan(0);
    await nocodb.api.delete(records(world.people), [{ Id }]);
  });

  it.each([
    ["a select's option", { Mood: "other" }],
    ["a number", { Age: "abc" }],
  ])("refuses what is not %s", (_, fields) => refused(nocodb.api.post(records(world.people), fields), 400));

  it("refuses all updates and deletions of a call when one record is missing", async () => {
    const { Id } = await nocodb.api.post<{ Id: number }>(records(world.people), { Name: "C" });
    await refused(
      nocodb.api.patch(records(world.people), [
        { Id, Name: "D" },
        { Id: 99_999_999, Name: "x" },
      ]),
      404,
    );
    await refused(nocodb.api.delete(records(world.people), [{ Id }, { Id: 99_999_999 }]), 404);
    expect(await nocodb.api.get(path`/api/v2/tables/${world.people.id}/records/${Id}`)).toMatchObject({ Name: "C" });
    await nocodb.api.delete(records(world.people), [{ Id }]);
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
    const made = await nocodb.api.post<{ Id: number }[]>(records(world.people), rows);
    const { list } = await nocodb.api.get<List<{ Name: string }>>(records(world.people), {
      where,
      fields: "Name",
      sort: "Name",
    });
    await nocodb.api.delete(
      records(world.people),
      made.map(({ Id }) => ({ Id })),
    );
    expect(list.map(({ Name }) => Name)).toEqual(names);
  });

  it("speaks v3 beside it, ten per call, with the key beside the fields", async () => {
    const at = path`/api/v3/data/${world.base.id}/${world.people.id}/records`;
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
      records(world.people),
      made.map(({ id }) => ({ Id: id })),
    );
  });
});

describe("logins", () => {
  it("refuses an unknown token, and lets no token make tokens", async () => {
    await refused(openNocodb({ ...nocodb.value, token: "nope" }).get("/api/v2/meta/bases"), 502);
    await expect(nocodb.api.get("/api/v1/tokens")).rejects.toThrow();
  });
});
