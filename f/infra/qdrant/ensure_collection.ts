import { withPostgres } from "../../lib/postgres/connect.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type EnsuredCollection, ensureCollection } from "../../lib/qdrant/ensure.ts";
import { type Postgresql, type Qdrant, resource } from "../../lib/resources.ts";

/**
 * Makes a project's collection of vectors exist and match, in Qdrant under the name `<schema>__<collection>`. What can be
 * changed in place is changed. A change that needs every point to be written again (another size, distance or vector) is
 * not done: `status` is `planned`, and calling again with the plan's hash backs the collection up and makes it anew, empty.
 * @param project Name of the project, for example "shop".
 * @param collection Name of the collection within the project, for example "docs".
 * @param vectors Dense vectors by name. The distance is Cosine unless said otherwise; `onDisk` saves memory.
 * @param sparse Sparse vectors by name, for hybrid search; with `idf`, Qdrant weighs rare terms more.
 * @param indexes Payload fields that filters use. `isTenant` for the one field that every search filters by.
 * @param quantization `scalar` takes a quarter of the memory, `binary` a 32nd, for a little accuracy.
 * @param onDiskPayload Keeps payloads on disk instead of in memory.
 * @param plan The hash of a plan that an earlier call answered, to do it. All points of the collection go.
 * @param qdrant The vector store.
 * @param db The server's Postgres, which keeps the lease, the record of what was done, and backups.
 */
export async function main(
  project: string,
  collection: string,
  vectors: { name: string; size: number; distance?: "Cosine" | "Dot" | "Euclid" | "Manhattan"; onDisk?: boolean }[],
  sparse: { name: string; idf?: boolean }[] = [],
  indexes: {
    field: string;
    type: "keyword" | "integer" | "float" | "bool" | "datetime" | "uuid" | "text";
    isTenant?: boolean;
  }[] = [],
  quantization: "none" | "scalar" | "binary" = "none",
  onDiskPayload = true,
  plan = "",
  qdrant: Qdrant = "$res:f/infra/qdrant",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<EnsuredCollection> {
  const asked = { project, collection, vectors, sparse, indexes, quantization, onDiskPayload, plan };
  const [server, postgres] = [await resource(qdrant), await resource(db)];
  return withPostgres(postgres, (sql) =>
    withQdrant(server, (client, http) => ensureCollection({ sql, qdrant: client, http }, asked)),
  );
}
