import { createRecoveryLink, type RecoveryLink } from "../../lib/accounts/recovery_link.ts";
import { openGotrue } from "../../lib/gotrue/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Gotrue, type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes a link by which a user chooses another password, without sending a mail, and keeps it as a secret variable of the
 * project; the result names it. It works once and ends any earlier link.
 * @param project Name of the project, for example "shop".
 * @param user The user's id or e-mail address.
 * @param db The server's Postgres.
 * @param gotrue The server that signs users in.
 */
export async function main(
  project: string,
  user: string,
  db: Postgresql = "$res:f/infra/postgres",
  gotrue: Gotrue = "$res:f/infra/gotrue",
): Promise<RecoveryLink> {
  const api = openGotrue(await resource(gotrue));
  return withPostgres(await resource(db), (sql) =>
    createRecoveryLink({ sql, gotrue: api, workspace: jobWorkspace() }, { project, user }),
  );
}
