import { expect, it } from "vitest";
import { main as backupCollection } from "../../../../f/infra/qdrant/backup_collection.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testQdrant } from "../../../support/qdrant.ts";

const db = testDatabase();
const qdrant = testQdrant();

it("copies a collection out, in parts, and leaves no snapshot behind", async () => {
  const project = uniqueProject();
  const name = `${project}__docs`;
  await qdrant.client.createCollection(name, { vectors: { size: 600, distance: "Dot" } });
  const points = Array.from({ length: 1000 }, (_, id) => ({ id, vector: Array(600).fill(id) as number[] }));
  await qdrant.client.upsert(name, { points });
  const backup = await backupCollection(project, "docs", undefined, qdrant.value, db);
  expect(backup).toMatchObject({ points: 1000, takenAt: expect.stringMatching(/Z$/) });
  expect(backup.sizeBytes).toBeGreaterThan(3 * 1024 ** 2);
  const { rows } = await withPostgres(db, (sql) =>
    sql.query(
      `select count(*)::int as parts, sum(octet_length(bytes))::int as bytes from run8n.collection_backup_part where backup = $1`,
      [backup.id],
    ),
  );
  expect(rows).toEqual([{ parts: expect.any(Number), bytes: backup.sizeBytes }]);
  expect(rows[0].parts).toBeGreaterThan(2);
  expect(await qdrant.client.listSnapshots(name)).toEqual([]);
});

it("keeps nothing of a collection that is too large or not there", async () => {
  const project = uniqueProject();
  await qdrant.client.createCollection(`${project}__docs`, { vectors: { size: 2, distance: "Dot" } });
  const backup = (collection: string) => backupCollection(project, collection, 10, qdrant.value, db);
  await expect(backup("docs")).rejects.toMatchObject({ code: "too_large", details: { maxBytes: 10 } });
  await expect(backup("pages")).rejects.toMatchObject({ code: "not_found" });
  const { rows } = await withPostgres(db, (sql) =>
    sql.query("select from run8n.collection_backup where project = $1", [project]),
  );
  expect(rows).toEqual([]);
  expect(await qdrant.client.listSnapshots(`${project}__docs`)).toEqual([]);
});
