import { type RevokedAccess, revokeAccess } from "../../lib/access/revoke.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Takes an access key back: it stops working at once and stays listed as revoked. Run again, `status` is `absent`.
 * @param project Name of the project, for example "shop".
 * @param name The key's name, as in list_access.
 * @param environment The environment that the key is for.
 * @param db The server's Postgres, which keeps the keys' hashes.
 */
export async function main(
  project: string,
  name: string,
  environment = "production",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<RevokedAccess> {
  return withPostgres(await resource(db), (sql) => revokeAccess(sql, { project, name, environment }));
}
