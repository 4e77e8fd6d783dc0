import { expect, it } from "vitest";
import { main as ensureCollection } from "../../../../f/infra/qdrant/ensure_collection.ts";
import { main as listCollections } from "../../../../f/infra/qdrant/list_collections.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testQdrant } from "../../../support/qdrant.ts";

const db = testDatabase();
const qdrant = testQdrant();

it("lists a project's own collections, and none of a project whose name begins the same", async () => {
  const project = uniqueProject();
  const make = (owner: string, name: string) =>
    ensureCollection(owner, name, [{ name: "dense", size: 2 }], [], [], "none", true, "", qdrant.value, db);
  for (const name of ["pages", "docs"]) await make(project, name);
  await make(`${project}-docs`, "x");
  await qdrant.client.createCollection(`${project}__a__b`, { vectors: { size: 2, distance: "Dot" } });
  const { items, nextCursor } = await listCollections(project, qdrant.value);
  expect(items.map(({ collection }) => collection)).toEqual(["docs", "pages"]);
  expect(items[0]).toEqual({
    project,
    collection: "docs",
    name: `${project}__docs`,
    points: 0,
    vectors: { dense: { size: 2, distance: "Cosine", onDisk: false } },
    sparse: {},
    indexes: {},
    quantization: "none",
    onDiskPayload: true,
  });
  expect(nextCursor).toBeUndefined();
  expect(await listCollections(uniqueProject(), qdrant.value)).toEqual({ items: [] });
});
