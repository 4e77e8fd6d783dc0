import { type CreatedUser, createUser } from "../../lib/accounts/create_user.ts";
import { openGotrue } from "../../lib/gotrue/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Gotrue, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Makes an account in a project for an e-mail address that you vouch for, with an organization of its own. There is no
 * password: create_recovery_link gives a link to choose one. Refused for an address that has an account there already.
 * @param project Name of the project, for example "shop".
 * @param email The address; it counts as confirmed.
 * @param name What to call the user.
 * @param organization What to call the organization; without it, what stands before the @.
 * @param db The server's Postgres.
 * @param gotrue The server that signs users in.
 */
export async function main(
  project: string,
  email: string,
  name?: string,
  organization?: string,
  db: Postgresql = "$res:f/infra/postgres",
  gotrue: Gotrue = "$res:f/infra/gotrue",
): Promise<CreatedUser> {
  const api = openGotrue(await resource(gotrue));
  return withPostgres(await resource(db), (sql) =>
    createUser(
      { sql, gotrue: api },
      { project, email, name: name ?? undefined, organization: organization ?? undefined },
    ),
  );
}
