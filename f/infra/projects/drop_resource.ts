import { withPostgres } from "../../lib/postgres/connect.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { dropKind } from "../../lib/projects/takedown.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Drops one kind of a deleted project's resources for good; `kept` in the answer names what was kept, such as the dump
 * of its schema. It is the step that the flow drop_project repeats, and safe to repeat.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param kind The kind, from `drops` of list_resources.
 * @param confirm The project's name once more; anything else is refused.
 * @param db The server's Postgres.
 */
export async function main(project: string, kind: string, confirm: string, db: Postgresql = "$res:f/infra/postgres") {
  const server = await resource(db);
  return withPostgres(server, (sql) => dropKind(jobPorts(sql, server), { project, kind, confirm }));
}
