import { describe, expect, it } from "vitest";
import { path } from "../../f/lib/nocodb/client.ts";
import { type List, type Table, twoTables } from "../support/nocodb_tables.ts";

/** What we rely on of links, and of the fields that look through them; see nocodb.test.ts. */
const { nocodb, world, column, field, records, refused } = twoTables();

describe("links and what looks through them", () => {
  it("counts, looks up, sums and computes over linked records", async () => {
    const link = await field(world.people, {
      ...{ title: "Orders", type: "Links", options: { relation_type: "hm", related_table_id: world.orders.id } },
    });
    const through = { related_field_id: link.id };
    const [what, qty] = [column(world.orders, "What").id, column(world.orders, "Qty").id];
    const sum = { ...through, related_table_rollup_field_id: qty, rollup_function: "sum" };
    await field(world.people, { title: "Sum", type: "Rollup", options: sum });
    await field(world.people, {
      title: "Whats",
      type: "Lookup",
      options: { ...through, related_table_lookup_field_id: what },
    });
    await field(world.people, {
      title: "Shout",
      type: "Formula",
      options: { formula: 'CONCAT(UPPER({Name}), " ", {Age} + 1)' },
    });
    const { Id } = await nocodb.api.post<{ Id: number }>(records(world.people), { Name: "ada", Age: 1 });
    const made = await nocodb.api.post<{ Id: number }[]>(records(world.orders), [
      { What: "tea", Qty: 2 },
      { What: "pie", Qty: 3 },
    ]);
    await nocodb.api.post(path`/api/v2/tables/${world.people.id}/links/${link.id}/records/${Id}`, made);
    expect(await nocodb.api.get(path`/api/v2/tables/${world.people.id}/records/${Id}`)).toMatchObject({
      ...{ Orders: 2, Sum: 5, Whats: ["tea", "pie"], Shout: "ADA 2" },
    });
    const linked = path`/api/v2/tables/${world.people.id}/links/${link.id}/records/${Id}`;
    expect((await nocodb.api.get<List<object>>(linked)).list).toEqual([
      { Id: made[0]?.Id, What: "tea" },
      { Id: made[1]?.Id, What: "pie" },
    ]);
    await nocodb.api.delete(linked, [made[0]]);
    expect(await nocodb.api.get(path`/api/v2/tables/${world.people.id}/records/${Id}`)).toMatchObject({
      Orders: 1,
      Sum: 3,
    });
    await refused(nocodb.api.post(linked, [{ Id: 99_999_999 }]), 404);
  });

  it("links many to many through a table of its own, written in one call by v3", async () => {
    const link = await field(world.people, {
      ...{ title: "Likes", type: "Links", options: { relation_type: "mm", related_table_id: world.orders.id } },
    });
    const made = await nocodb.api.post<{ Id: number }[]>(records(world.orders), [{ What: "m1" }, { What: "m2" }]);
    const at = path`/api/v3/data/${world.base.id}/${world.people.id}/records`;
    const likes = made.map(({ Id }) => ({ id: Id }));
    const {
      records: [one],
    } = await nocodb.api.post<{ records: [{ id: number; fields: object }] }>(at, [
      { fields: { Name: "mm", Likes: likes } },
    ]);
    expect(one.fields).toMatchObject({ Likes: 2 });
    const described = await nocodb.api.get<Table>(path`/api/v2/meta/tables/${world.people.id}`);
    const options = described.columns.find(({ id }) => id === link.id)?.colOptions as Record<string, string>;
    const junction = await nocodb.api.get<Table>(path`/api/v2/meta/tables/${options.fk_mm_model_id ?? ""}`);
    const named = (id = "") => junction.columns.find((one) => one.id === id)?.column_name;
    expect([named(options.fk_mm_child_column_id), named(options.fk_mm_parent_column_id)]).toEqual([
      "people_id",
      "orders_id",
    ]);
    const { list } = await nocodb.api.get<List<{ mm: boolean }>>(path`/api/v2/meta/bases/${world.base.id}/tables`);
    expect(list).toHaveLength(2);
    const all = await nocodb.api.get<List<{ mm: boolean }>>(path`/api/v2/meta/bases/${world.base.id}/tables`, {
      includeM2M: "true",
    });
    expect(all.list.filter(({ mm }) => mm)).toHaveLength(1);
  });
});
