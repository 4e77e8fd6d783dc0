import { type DeletedUser, deleteUser } from "../../lib/accounts/delete_user.ts";
import { openGotrue } from "../../lib/gotrue/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Gotrue, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Takes a user out of a project, with the account and its memberships; organizations stay. Run it again at any time: `status`
 * is then `absent`. Refused while the user is the only owner of an organization that has other members.
 * @param project Name of the project, for example "shop".
 * @param user The user's id or e-mail address.
 * @param everywhere Also out of GoTrue: the user can then sign in to no project.
 * @param db The server's Postgres.
 * @param gotrue The server that signs users in.
 */
export async function main(
  project: string,
  user: string,
  everywhere = false,
  db: Postgresql = "$res:f/infra/postgres",
  gotrue: Gotrue = "$res:f/infra/gotrue",
): Promise<DeletedUser> {
  const api = openGotrue(await resource(gotrue));
  return withPostgres(await resource(db), (sql) =>
    deleteUser({ sql, gotrue: api }, { project, user, everywhere: everywhere ?? false }),
  );
}
