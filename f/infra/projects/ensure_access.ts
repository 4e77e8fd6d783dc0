import { type EnsuredAccess, ensureAccess } from "../../lib/access/ensure.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Makes an access key for a person or an agent, for exactly some verbs of one project in one environment. The key stands
 * in `key` of this one answer and is kept only as a hash: call it with run_wait_result and hand the key over at once, the
 * answer itself is deleted. Run again it leaves a good key as it is (`key` is then null), sets its verbs, and replaces one that has expired.
 * @param project Name of the project, for example "shop".
 * @param name Who or what will hold the key, for example "claude" or "ci": 1 to 40 characters of a-z, 0-9 and "-".
 * @param verbs What the key may do, for example ["deploy_site", "list_releases"]; a wrong one is answered with the list.
 * @param environment "production", "staging", or the name of a preview, such as "fix-42".
 * @param expiresInDays Days until the key stops working, 1 to 366; counted from when it was made.
 * @param renew Make a new key although there is a good one; the old one stops working at once.
 * @param db The server's Postgres, which keeps the keys' hashes.
 * @delete_after_secs 0
 */
export async function main(
  project: string,
  name: string,
  verbs: string[],
  environment = "production",
  expiresInDays = 30,
  renew = false,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<EnsuredAccess> {
  const asked = { project, name, verbs, environment, expiresInDays, renew };
  return withPostgres(await resource(db), (sql) => ensureAccess(sql, asked));
}
