import { folderOf } from "../names.ts";
import { namedResource, type PostgresqlValue } from "../resources.ts";
import { type Sql, withPostgres } from "./connect.ts";

/** Works in a project's schema as its app role, by the connection that ensure_schema keeps for it. */
export async function asApp<T>(project: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  return withPostgres(await namedResource<PostgresqlValue>(`${folderOf(project)}/postgres_app`), work);
}
