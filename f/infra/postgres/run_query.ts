import { type QueryResult, runQuery } from "../../lib/postgres/query/run.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Answers one SQL query as a project's read-only role, in a transaction that cannot change anything. Rows come as objects
 * and end at a limit of rows or bytes, which `truncated` tells. Names resolve in the project's schema.
 * @param project Name of the project, for example "shop".
 * @param query One statement: select, with, values, table, explain or show. Values go into params as $1, $2 and so on.
 * @param params The values for $1, $2 and so on, as texts; Postgres gives each the type that the query needs.
 * @param maxRows The most rows to return, 1 to 10000.
 * @param maxBytes The most bytes of rows to return, 1000 to 10000000.
 * @param timeoutSeconds How long the query may take, 1 to 300.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  query: string,
  params: string[] = [],
  maxRows = 100,
  maxBytes = 1_000_000,
  timeoutSeconds = 10,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<QueryResult> {
  const ports = { db: await resource(db), workspace: jobWorkspace() };
  return runQuery(ports, { project, query, params, maxRows, maxBytes, timeoutSeconds });
}
