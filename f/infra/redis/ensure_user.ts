import { withPostgres } from "../../lib/postgres/connect.ts";
import { type EnsuredUser, ensureUser } from "../../lib/redis/ensure_user.ts";
import { type Postgresql, type Redis, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes a project's Redis user exist, which reaches keys and channels that begin with "<project>:" and nothing else, has
 * no administrative command and survives a restart of Redis. Its password is kept as a secret variable and its connection
 * as a `redis` resource in the project's folder; the result names the paths. Run it again at any time: a drift is put
 * right, and `status` is `unchanged` when there is none.
 * @param project Name of the project, for example "shop".
 * @param redis The server's Redis, with a login that may manage users. It must have been started with an ACL file.
 * @param db The server's Postgres, which keeps the lease and the record of what was done.
 */
export async function main(
  project: string,
  redis: Redis = "$res:f/infra/redis",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<EnsuredUser> {
  const server = await resource(redis);
  return withPostgres(await resource(db), (sql) =>
    ensureUser({ sql, redis: server, workspace: jobWorkspace() }, project),
  );
}
