import { withPostgres } from "../../lib/postgres/connect.ts";
import { restoreRecord } from "../../lib/projects/takedown.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Takes the mark of deletion off a project's record. It is the first step of the flow restore_project, whose other steps
 * open again what was locked. Answers { project, of, environment, status }.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param db The server's Postgres.
 */
export async function main(project: string, db: Postgresql = "$res:f/infra/postgres") {
  return withPostgres(await resource(db), (sql) => restoreRecord(sql, project));
}
