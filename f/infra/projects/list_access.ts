import { listAccess } from "../../lib/access/list.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Lists the access keys of a project, newest first, with verbs, expiry and last use, and nothing that could be used.
 * Answers { items: [{ id, project, environment, name, verbs, createdAt, createdBy, expiresAt, lastUsedAt, status }] }.
 * @param project Name of the project, for example "shop".
 * @param all Also list keys that were revoked or have expired.
 * @param db The server's Postgres, which keeps the keys' hashes.
 */
export async function main(project: string, all = false, db: Postgresql = "$res:f/infra/postgres") {
  return withPostgres(await resource(db), (sql) => listAccess(sql, { project, all }));
}
