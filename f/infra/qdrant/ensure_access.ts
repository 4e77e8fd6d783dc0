import { withPostgres } from "../../lib/postgres/connect.ts";
import { type EnsuredAccess, ensureAccess } from "../../lib/qdrant/access.ts";
import { type Postgresql, type Qdrant, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes a key that opens one collection of a project and nothing else, to read or to write, and keeps it as a secret with
 * a `qdrant` resource beside it. Needs a Qdrant with service.jwt_rbac on; with another one `status` is `unavailable`, and
 * the collection is protected by our endpoints alone, which add the tenant to every query themselves.
 * @param project Name of the project, for example "shop".
 * @param collection Name of the collection within the project, for example "docs".
 * @param role `read` to search, `write` to change points too.
 * @param qdrant The vector store, with the key that may do everything.
 * @param db The server's Postgres, which keeps the lease and the record of what was done.
 */
export async function main(
  project: string,
  collection: string,
  role: "read" | "write" = "read",
  qdrant: Qdrant = "$res:f/infra/qdrant",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<EnsuredAccess> {
  const server = await resource(qdrant);
  return withPostgres(await resource(db), (sql) =>
    ensureAccess({ sql, qdrant: server, workspace: jobWorkspace() }, { project, collection, role: role ?? "read" }),
  );
}
