import { type SignedOut, signOutUser } from "../../lib/accounts/sign_out_user.ts";
import { openGotrue } from "../../lib/gotrue/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Gotrue, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Ends all sessions of a user. In this project their tokens count for nothing at once; elsewhere until they end by
 * themselves, within an hour as a rule, and none is renewed.
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
): Promise<SignedOut> {
  const api = openGotrue(await resource(gotrue));
  return withPostgres(await resource(db), (sql) => signOutUser({ sql, gotrue: api }, { project, user }));
}
