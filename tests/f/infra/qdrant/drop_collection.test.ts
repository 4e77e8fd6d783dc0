import { describe, expect, it } from "vitest";
import { main as dropCollection } from "../../../../f/infra/qdrant/drop_collection.ts";
import { main as ensureAccess } from "../../../../f/infra/qdrant/ensure_access.ts";
import { main as restoreCollection } from "../../../../f/infra/qdrant/restore_collection.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { testQdrant } from "../../../support/qdrant.ts";

const db = testDatabase();
const qdrant = testQdrant();
const jobs = jobsEngine();

const made = async () => {
  const project = uniqueProject();
  await qdrant.client.createCollection(`${project}__docs`, { vectors: { size: 2, distance: "Dot" } });
  await qdrant.client.upsert(`${project}__docs`, { points: [{ id: 1, vector: [1, 1] }] });
  return project;
};
const drop = (project: string, confirm = "docs", maxBytes?: number) =>
  dropCollection(project, "docs", confirm, maxBytes, qdrant.value, db);

describe("drop_collection", () => {
  it("drops after a backup, with the keys, and is done when called again", async () => {
    const project = await made();
    const { secret, resource } = await ensureAccess(project, "docs", "read", qdrant.value, db);
    const dropped = await drop(project);
    expect(dropped).toMatchObject({ status: "dropped", name: `${project}__docs`, backup: { points: 1 } });
    expect(await qdrant.client.collectionExists(`${project}__docs`)).toEqual({ exists: false });
    for (const [family, path] of [
      ["variables", secret],
      ["resources", resource],
    ]) {
      expect(await (await jobs.engine.api(`/w/{w}/${family}/exists/${path}`)).json()).toBe(false);
    }
    expect(await drop(project)).toEqual({ project, collection: "docs", name: `${project}__docs`, status: "absent" });
    expect(await restoreCollection(project, "docs", "", "", qdrant.value, db)).toMatchObject({ points: 1 });
  });

  it.each([
    ["without its name", "", undefined, "precondition_failed"],
    ["with another name", "pages", undefined, "precondition_failed"],
    ["when it is too large to back up", "docs", 5, "too_large"],
  ])("drops nothing %s", async (_, confirm, maxBytes, code) => {
    const project = await made();
    await expect(drop(project, confirm, maxBytes)).rejects.toMatchObject({ code });
    expect(await qdrant.client.count(`${project}__docs`)).toEqual({ count: 1 });
  });
});
