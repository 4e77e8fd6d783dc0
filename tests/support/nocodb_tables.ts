import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect } from "vitest";
import { type Nocodb, path } from "../../f/lib/nocodb/client.ts";
import { testNocodb } from "./nocodb.ts";

export type Column = {
  id: string;
  title: string;
  column_name: string | null;
  uidt: string;
  colOptions?: Record<string, unknown>;
};
export type Table = { id: string; title: string; source_id: string; columns: Column[] };
export type List<T> = { list: T[]; pageInfo: { totalRows: number; isLastPage: boolean } };

/** A base of the test file's own with two tables, world by bare calls of the API, and short ways to speak of them. */
export function twoTables() {
  const nocodb = testNocodb();
  const title = `t${randomBytes(5).toString("hex")}`;
  const api = (): Nocodb => nocodb.api;
  const world = {} as { base: { id: string }; people: Table; orders: Table };
  const create = (name: string, columns: object[]) =>
    api().post<Table>(path`/api/v2/meta/bases/${world.base.id}/tables`, {
      ...{ title: name, table_name: name.toLowerCase() },
      columns: [{ title: "Id", column_name: "id", uidt: "ID" }, ...columns],
    });
  const options = (...titles: string[]) => ({ options: titles.map((one) => ({ title: one })) });
  beforeAll(async () => {
    const { ncDefaultWorkspaceId } = await api().get<{ ncDefaultWorkspaceId: string }>("/api/v2/meta/nocodb/info");
    const at = path`/api/v3/meta/workspaces/${ncDefaultWorkspaceId}/bases`;
    world.base = await api().post(at, { title, description: "d" });
    world.people = await create("People", [
      { title: "Name", column_name: "name", uidt: "SingleLineText", pv: true },
      { title: "Age", column_name: "age", uidt: "Number" },
      { title: "Mood", column_name: "mood", uidt: "SingleSelect", colOptions: options("good", "bad") },
      { title: "Tags", column_name: "tags", uidt: "MultiSelect", colOptions: options("a", "b") },
      { title: "Seen", column_name: "seen", uidt: "DateTime" },
      { title: "Ok", column_name: "ok", uidt: "Checkbox", cdf: "true" },
      { title: "Info", column_name: "info", uidt: "JSON" },
    ]);
    world.orders = await create("Orders", [
      { title: "What", column_name: "what", uidt: "SingleLineText", pv: true },
      { title: "Qty", column_name: "qty", uidt: "Number" },
    ]);
  });
  afterAll(() => api().delete(path`/api/v3/meta/bases/${world.base.id}`));
  return {
    ...{ nocodb, title, world, create },
    column: (table: Table, name: string) => table.columns.find((one) => one.title === name) as Column,
    records: (table: Table) => path`/api/v2/tables/${table.id}/records`,
    record: (table: Table, id: number) => path`/api/v2/tables/${table.id}/records/${id}`,
    field: (table: Table, body: object) =>
      api().post<{ id: string }>(path`/api/v3/meta/bases/${world.base.id}/tables/${table.id}/fields`, body),
    refused: (work: Promise<unknown>, status: number) => expect(work).rejects.toMatchObject({ status }),
  };
}
