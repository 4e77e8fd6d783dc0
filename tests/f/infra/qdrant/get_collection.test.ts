import { expect, it } from "vitest";
import { main as backupCollection } from "../../../../f/infra/qdrant/backup_collection.ts";
import { main as ensureCollection } from "../../../../f/infra/qdrant/ensure_collection.ts";
import { main as getCollection } from "../../../../f/infra/qdrant/get_collection.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testQdrant } from "../../../support/qdrant.ts";

const db = testDatabase();
const qdrant = testQdrant();

it("shows a collection with its backups, newest first", async () => {
  const project = uniqueProject();
  await ensureCollection(project, "docs", [{ name: "dense", size: 2 }], [], [], "none", true, "", qdrant.value, db);
  expect(await getCollection(project, "docs", qdrant.value, db)).toMatchObject({ points: 0, backups: [] });
  const backups = [
    await backupCollection(project, "docs", undefined, qdrant.value, db),
    await backupCollection(project, "docs", undefined, qdrant.value, db),
  ];
  expect(await getCollection(project, "docs", qdrant.value, db)).toMatchObject({ backups: backups.reverse() });
});

it("says when there is none", async () => {
  await expect(getCollection(uniqueProject(), "docs", qdrant.value, db)).rejects.toMatchObject({ code: "not_found" });
});
