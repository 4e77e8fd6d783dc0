import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { path } from "../../f/lib/nocodb/client.ts";
import type { Hook } from "../../f/lib/nocodb/webhook.ts";
import { hookBody } from "../../f/lib/nocodb/webhook.ts";
import type { List } from "../support/nocodb_tables.ts";
import { twoTables } from "../support/nocodb_tables.ts";

/** What we rely on of NocoDB's webhooks; against the stand-in and the real one, as nocodb.test.ts. */
const { nocodb, world, records, refused } = twoTables();

type Called = { headers: Record<string, unknown>; body: { type: string; data: Record<string, unknown> } };
const calls: Called[] = [];
const server = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  calls.push({ headers: request.headers, body: JSON.parse(text) });
  response.end();
});
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/called?x=1`;
const wanted = {
  name: "told",
  events: ["insert", "update", "delete"] as const,
  headers: { "x-word": "a b" },
  active: true,
};
const body = (more: object = {}) => hookBody({ ...wanted, events: [...wanted.events], url: url(), ...more });
const hooks = () => path`/api/v2/meta/tables/${world.orders.id}/hooks`;
const kept = async () => (await nocodb.api.get<List<Hook>>(hooks())).list;
const told = async (type: string) => {
  await expect.poll(() => calls.filter((one) => one.body.type === type).length).toBeGreaterThan(0);
  return calls.splice(0);
};

beforeAll(async () => void (await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))));
afterAll(() => void server.close());

describe("webhooks", () => {
  it("are kept as they were sent", async () => {
    const { id } = await nocodb.api.post<Hook>(hooks(), body());
    expect(await kept()).toMatchObject([{ id, title: "told", event: "after", active: true }]);
    const [hook] = await kept();
    expect([...(hook?.operation ?? [])].sort()).toEqual(["delete", "insert", "update"]);
    const { notification } = hook as Hook;
    expect(typeof notification === "string" ? JSON.parse(notification) : notification).toEqual(body().notification);
  });

  it("are called once per call of the API, with the records as they are and as they were", async () => {
    const at = records(world.orders);
    const made = await nocodb.api.post<{ Id: number }[]>(at, [{ What: "tea", Qty: 1 }, { What: "pie" }]);
    const ids = made.map(({ Id }) => ({ Id }));
    const [inserted, ...more] = await told("records.after.insert");
    expect(more).toEqual([]);
    expect(inserted?.headers).toMatchObject({ "x-word": "a b", "content-type": expect.stringContaining("json") });
    expect(inserted?.body).toMatchObject({
      base_id: world.base.id,
      data: { table_id: world.orders.id, table_name: "Orders", rows: [{ ...ids[0], What: "tea", Qty: 1 }, ids[1]] },
    });
    await nocodb.api.patch(at, [{ ...ids[0], Qty: 2 }]);
    expect((await told("records.after.update")).map((one) => one.body.data)).toMatchObject([
      { previous_rows: [{ ...ids[0], Qty: 1 }], rows: [{ ...ids[0], What: "tea", Qty: 2 }] },
    ]);
    await nocodb.api.delete(at, ids);
    const [deleted] = await told("records.after.delete");
    expect(deleted?.body.data).toMatchObject({ rows: ids });
  });

  it("are called no more for what was taken out, and not at all when they rest", async () => {
    const [hook] = await kept();
    const at = path`/api/v2/meta/hooks/${hook?.id ?? ""}`;
    await nocodb.api.patch(at, body({ events: ["delete"] }));
    expect((await kept())[0]).toMatchObject({ operation: ["delete"] });
    const row = await nocodb.api.post<{ Id: number }>(records(world.orders), { What: "a" });
    await nocodb.api.delete(records(world.orders), [{ Id: row.Id }]);
    expect(await told("records.after.delete")).toHaveLength(1);
    await nocodb.api.patch(at, body({ active: false }));
    expect(await kept()).toMatchObject([{ id: hook?.id, active: false }]);
    await nocodb.api.post(records(world.orders), { What: "b" });
    expect(calls).toEqual([]);
  });

  it("are of one version only, and gone when they are deleted", async () => {
    const [hook] = await kept();
    await refused(nocodb.api.post(hooks(), { ...body(), version: "v2" }), 400);
    await nocodb.api.delete(path`/api/v2/meta/hooks/${hook?.id ?? ""}`);
    expect(await kept()).toEqual([]);
    await refused(nocodb.api.delete(path`/api/v2/meta/hooks/${hook?.id ?? ""}`), 404);
  });
});
