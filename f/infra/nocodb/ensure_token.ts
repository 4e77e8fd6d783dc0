import { openNocodb } from "../../lib/nocodb/client.ts";
import { type EnsuredToken, ensureToken } from "../../lib/nocodb/ensure_token.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes a NocoDB API token exist with which an app reads and writes the records of a project's base, and keeps it as a
 * secret variable; the result names the path. NocoDB has no tokens for less than what their user may do, so the token is
 * that of a user of its own who belongs to this base alone: it reads or writes the records of all its tables, changes no
 * table, and could invite others to as much. Keep it on a server, never in a page. Run it again: `unchanged` while the token works. Delete the variable first to have a new one; the one before ends.
 * @param project Name of the project, for example "shop".
 * @param access "write" for reading and changing records, "read" for reading only.
 * @param db The server's Postgres, which keeps the lease and the record of what was done.
 * @param nocodb NocoDB, with e-mail and password of a super admin: it lets no token make tokens.
 */
export async function main(
  project: string,
  access: "write" | "read" = "write",
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<EnsuredToken> {
  const api = openNocodb(await resource(nocodb));
  return withPostgres(await resource(db), (sql) =>
    ensureToken({ sql, workspace: jobWorkspace(), nocodb: api }, { project, access }),
  );
}
