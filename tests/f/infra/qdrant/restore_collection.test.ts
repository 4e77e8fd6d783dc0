import { beforeEach, describe, expect, it } from "vitest";
import { main as backupCollection } from "../../../../f/infra/qdrant/backup_collection.ts";
import { main as restoreCollection } from "../../../../f/infra/qdrant/restore_collection.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { runOnBun } from "../../../support/bun.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testQdrant } from "../../../support/qdrant.ts";

const db = testDatabase();
const qdrant = testQdrant();
let project: string;
let name: string;
const put = (id: number) => qdrant.client.upsert(name, { points: [{ id, vector: [id, 1], payload: { id } }] });
const ids = async () => (await qdrant.client.scroll(name)).points.map(({ id }) => id);
const backUp = () => backupCollection(project, "docs", undefined, qdrant.value, db);
const restore = (backup?: string, confirm?: string) =>
  restoreCollection(project, "docs", backup, confirm, qdrant.value, db);

beforeEach(async () => {
  project = uniqueProject();
  name = `${project}__docs`;
  await qdrant.client.createCollection(name, { vectors: { size: 2, distance: "Dot" } });
});

describe("restore_collection", () => {
  it("brings the newest backup back, or the one that is named, whether the collection is there or not", async () => {
    await put(1);
    const first = await backUp();
    await put(2);
    const second = await backUp();
    await qdrant.client.deleteCollection(name);
    expect(await restore()).toEqual({
      project,
      collection: "docs",
      name,
      status: "restored",
      backup: second,
      points: 2,
    });
    expect(await ids()).toEqual([1, 2]);
    expect(await restore(first.id, "docs")).toMatchObject({ backup: first, points: 1 });
    expect(await ids()).toEqual([1]);
  });

  it("replaces points only when told to, and never with another collection's backup", async () => {
    await put(1);
    const { id } = await backUp();
    await put(2);
    await expect(restore(id)).rejects.toMatchObject({ code: "conflict", details: { points: 2 } });
    await expect(restore("11111111-1111-1111-1111-111111111111")).rejects.toMatchObject({ code: "not_found" });
    const other = restoreCollection(uniqueProject(), "docs", id, "", qdrant.value, db);
    await expect(other).rejects.toMatchObject({ code: "not_found" });
    expect(await ids()).toEqual([1, 2]);
  });

  it("streams a backup back on Bun, as a worker runs it", async () => {
    await put(1);
    await backUp();
    await qdrant.client.deleteCollection(name);
    const code = 'export { main } from "@f/infra/qdrant/restore_collection.ts";';
    expect(await runOnBun(code, [project, "docs", "", "", qdrant.value, db])).toMatchObject({ points: 1 });
    expect(await ids()).toEqual([1]);
  });

  it("does not say restored of a backup that has lost a part", async () => {
    for (let id = 0; id < 5; id++) await put(id);
    const { id } = await backUp();
    await withPostgres(db, (sql) =>
      sql.query(
        "update run8n.collection_backup_part set bytes = substr(bytes, 1, length(bytes) - 300) where backup = $1",
        [id],
      ),
    );
    await expect(restore(id, "docs")).rejects.toMatchObject({ status: 502 });
  });
});
