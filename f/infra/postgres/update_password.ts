import { withPostgres } from "../../lib/postgres/connect.ts";
import { type RotatedRole, rotatePassword } from "../../lib/postgres/rotate.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Gives a project's Postgres role a new password, kept as a secret variable, and lets its connection name it. The old
 * password works until `previousWorksUntil`, so apps can be given the new one without a pause. The result names the
 * paths of secret and connection.
 * @param project Name of the project, for example "shop".
 * @param role Whose password: "owner", "app" or "readonly".
 * @param graceSeconds How long the old password goes on working, 0 to 2592000; 0 ends it at once, with all its sessions.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  role: "owner" | "app" | "readonly",
  graceSeconds = 86_400,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<RotatedRole> {
  const server = await resource(db);
  return withPostgres(server, (sql) =>
    rotatePassword({ sql, db: server, workspace: jobWorkspace() }, { project, role, graceSeconds }),
  );
}
