import { collectionsOf, deleteCollections } from "../../qdrant/project_collections.ts";
import type { QdrantValue } from "../../resources.ts";
import type { Kind } from "./kind.ts";

/** Collections of vectors. They are made by what fills them (`ensure_collection`), so no manifest names them. */
export const vectorsKind: Kind = {
  kind: "vectors",
  plan: async () => [],
  apply: async () => ({ status: "unchanged" }),
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
