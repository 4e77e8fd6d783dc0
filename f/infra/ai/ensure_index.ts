import { type EnsuredIndex, ensureIndex } from "../../lib/ai/ensure_index.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { withQdrant } from "../../lib/qdrant/client.ts";
import { type Postgresql, type Qdrant, resource } from "../../lib/resources.ts";

/**
 * Makes a project's search index exist: its settings and ledger in the project's schema, its collection in Qdrant. Fill it
 * with the flow f/api/ai/ingest_documents. A change that would lose every vector is only planned: call again with the
 * plan's hash, then ingest again; `rereads` says that documents will be cut or embedded anew at their next ingestion.
 * @param project Name of the project, for example "shop".
 * @param index Name of the index within the project, for example "docs".
 * @param audience Who may search it: `public`, `users` with an account in the project, or `members` of an organization.
 * @param tenancy Whose documents a caller sees: all, only the `user`'s, or only the `organization`'s, beside shared ones.
 * @param model The model that embeds texts, as the service names it.
 * @param dimensions The size of its vectors; 0 for the model's usual one.
 * @param chunkTokens The largest piece that a document is cut into, in tokens, 50 to 8000.
 * @param overlapTokens How much of a piece the next one repeats; -1 for an eighth of it.
 * @param hybrid Counts words beside meaning, for names and numbers that embeddings miss.
 * @param chatModel The model that answers questions.
 * @param quantization `scalar` takes a quarter of the memory, `binary` a 32nd, for a little accuracy.
 * @param plan The hash of a plan that an earlier call answered, to do it. All vectors go.
 * @param qdrant The vector store.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  index: string,
  audience: "public" | "users" | "members" = "users",
  tenancy: "none" | "user" | "organization" = "none",
  model = "text-embedding-3-small",
  dimensions = 0,
  chunkTokens = 400,
  overlapTokens = -1,
  hybrid = true,
  chatModel = "gpt-4o-mini",
  quantization: "none" | "scalar" | "binary" = "none",
  plan = "",
  qdrant: Qdrant = "$res:f/infra/qdrant",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<EnsuredIndex> {
  const settings = {
    audience,
    tenancy,
    model,
    dimensions,
    chunkTokens,
    overlapTokens,
    hybrid,
    chatModel,
    quantization,
  };
  const [server, postgres] = [await resource(qdrant), await resource(db)];
  return withPostgres(postgres, (sql) =>
    withQdrant(server, (client, http) =>
      ensureIndex({ sql, qdrant: client, http }, { project, index, plan, ...settings }),
    ),
  );
}
