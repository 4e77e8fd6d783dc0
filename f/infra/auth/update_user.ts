import { type UpdatedUser, updateUser } from "../../lib/accounts/update_user.ts";
import { openGotrue } from "../../lib/gotrue/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Gotrue, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Changes what you name of a user: the name in the project; address, metadata, a ban and the confirmation in GoTrue, where
 * they hold for all projects. A ban also signs the user out of this project at once.
 * @param project Name of the project, for example "shop".
 * @param user The user's id or e-mail address.
 * @param name What to call the user in this project.
 * @param email Another address; it counts as confirmed.
 * @param metadata Fields of the user's own metadata to set; null takes one away.
 * @param appMetadata Fields of the metadata that only operators write; null takes one away.
 * @param banned true keeps the user from signing in anywhere, false lets them in again.
 * @param confirmed true confirms the address on your word.
 * @param db The server's Postgres.
 * @param gotrue The server that signs users in.
 */
export async function main(
  project: string,
  user: string,
  name?: string,
  email?: string,
  metadata?: object,
  appMetadata?: object,
  banned?: boolean,
  confirmed?: boolean,
  db: Postgresql = "$res:f/infra/postgres",
  gotrue: Gotrue = "$res:f/infra/gotrue",
): Promise<UpdatedUser> {
  const api = openGotrue(await resource(gotrue));
  const given = { name, email, metadata, appMetadata, banned, confirmed };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
  return withPostgres(await resource(db), (sql) => updateUser({ sql, gotrue: api }, { ...named, project, user }));
}
