import { changesBetween } from "../../qdrant/changes.ts";
import { withQdrant } from "../../qdrant/client.ts";
import { ensureCollection, findShape } from "../../qdrant/ensure.ts";
import { qdrantName } from "../../qdrant/names.ts";
import { collectionsOf, deleteCollections } from "../../qdrant/project_collections.ts";
import { shapeOf } from "../../qdrant/shape.ts";
import type { QdrantValue } from "../../resources.ts";
import type { Finding, Kind } from "./kind.ts";

/**
 * Collections of vectors. Those that no manifest names, because what fills them has made them or the manifest no longer
 * wants them, are left as they are.
 */
export const vectorsKind: Kind = {
  kind: "vectors",
  async plan({ connection }, { project, manifest }) {
    if (manifest.vectors.length === 0) return [];
    return withQdrant(await connection<QdrantValue>("qdrant"), async (client) => {
      const findings: Finding[] = [];
      for (const { name, ...asked } of manifest.vectors) {
        const what = `Vector collection ${name}`;
        const found = await findShape(client, qdrantName(project, name));
        if (!found) {
          findings.push({ action: "create", what, why: "it does not exist", risk: "safe" });
          continue;
        }
        const { inPlace, indexes, reindex } = changesBetween(found.shape, shapeOf(asked));
        const why = [...reindex, ...inPlace, ...indexes.map((field) => `index on ${field}`)].join(", ");
        const risk = reindex.length > 0 && found.points > 0 ? "data loss" : "safe";
        if (why) findings.push({ action: "update", what, why, risk });
      }
      return findings;
    });
  },
  /** A collection that must be made anew is backed up first; apply_project has seen to it that somebody means it. */
  async apply({ sql, connection }, { project, manifest }) {
    if (manifest.vectors.length === 0) return { status: "unchanged" };
    const statuses: string[] = [];
    await withQdrant(await connection<QdrantValue>("qdrant"), async (qdrant, http) => {
      for (const { name, ...asked } of manifest.vectors) {
        const wanted = { project, collection: name, ...asked };
        const first = await ensureCollection({ sql, qdrant, http }, wanted);
        const plan = first.plan?.hash;
        const { status } = plan ? await ensureCollection({ sql, qdrant, http }, { ...wanted, plan }) : first;
        statuses.push(status);
      }
    });
    if (statuses.every((status) => status === "unchanged")) return { status: "unchanged" };
    return { status: statuses.every((status) => status === "created") ? "created" : "updated" };
  },
  async list({ optional }, project) {
    const qdrant = await optional<QdrantValue>("qdrant");
    if (!qdrant) return [];
    return (await collectionsOf(qdrant, project)).map((name) => `vector collection ${name}`);
  },
  async drop({ sql, optional }, project) {
    const qdrant = await optional<QdrantValue>("qdrant");
    if (qdrant) await deleteCollections(qdrant, project);
    await sql.query("delete from run8n.collection_backup where project = $1", [project]);
    return {};
  },
};
