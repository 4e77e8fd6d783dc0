import { type ProjectUser, readUser } from "../../lib/accounts/get_user.ts";
import { openGotrue } from "../../lib/gotrue/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Gotrue, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Shows one user of a project: account, organizations, pending invitations, and what GoTrue knows of them (confirmed,
 * last sign-in, ban, metadata). A user of another project is not found.
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
): Promise<ProjectUser> {
  const api = openGotrue(await resource(gotrue));
  return withPostgres(await resource(db), (sql) => readUser({ sql, gotrue: api }, { project, user }));
}
