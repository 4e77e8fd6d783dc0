import { beforeAll, expect, it } from "vitest";
import { checkDrift } from "../../../../../f/lib/projects/drift.ts";
import { planProject } from "../../../../../f/lib/projects/plan.ts";
import { testDatabase, uniqueProject } from "../../../../support/database.ts";
import { applyAll, projectServers } from "../../../../support/project_ports.ts";
import { testQdrant } from "../../../../support/qdrant.ts";

const servers = projectServers(testDatabase());
const { use } = servers;
const qdrant = testQdrant();
beforeAll(() => {
  servers.connections.qdrant = qdrant.value;
});

const plan = (manifest: object) => use((ports) => planProject(ports, { manifest }));
const apply = (manifest: object, planHash?: string) => use((ports) => applyAll(ports, { manifest, planHash }));

it("makes the collections that run8n.json names, and loses no point unless somebody means it", async () => {
  const name = uniqueProject();
  const wanting = (size: number, more: object = {}) => ({
    ...{ name, template: "static", waitlist: false },
    vectors: [{ name: "docs", vectors: [{ name: "dense", size }], ...more }],
  });
  expect((await plan(wanting(2))).changes).toContainEqual({
    ...{ kind: "vectors", action: "create", what: "Vector collection docs", why: "it does not exist", risk: "safe" },
  });
  await apply(wanting(2));
  expect(await plan(wanting(2))).toMatchObject({ status: "empty" });

  const indexed = wanting(2, { indexes: [{ field: "lang", type: "keyword" }] });
  expect((await plan(indexed)).changes).toMatchObject([{ why: "index on lang", risk: "safe" }, { kind: "manifest" }]);
  await apply(indexed);
  await qdrant.client.upsert(`${name}__docs`, { wait: true, points: [{ id: 1, vector: { dense: [1, 0] } }] });

  const larger = await plan(wanting(3));
  expect(larger).toMatchObject({ losesData: true, changes: [{ kind: "vectors", risk: "data loss" }, {}] });
  await expect(apply(wanting(3))).rejects.toMatchObject({ code: "precondition_failed" });
  await apply(wanting(3), larger.hash);
  expect(await qdrant.client.getCollection(`${name}__docs`)).toMatchObject({ points_count: 0 });

  // One that is no longer wanted stays, and one that somebody deleted comes back.
  await qdrant.client.deleteCollection(`${name}__docs`);
  const { items } = await use((ports) => checkDrift(ports, { project: name }));
  expect(items[0]?.kinds.find(({ kind }) => kind === "vectors")).toMatchObject({ status: "drifted" });
  await apply(wanting(3));
  await apply({ ...wanting(3), vectors: [] });
  await qdrant.client.getCollection(`${name}__docs`);
});
