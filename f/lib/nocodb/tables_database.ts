import { PreconditionError } from "../errors.ts";
import { type Sql, withPostgres } from "../postgres/connect.ts";
import type { NocodbValue, PostgresqlValue } from "../resources.ts";
import type { Base } from "./base.ts";

/**
 * Works in the database that a base's tables are in: the server's own for a project's schema, NocoDB's for the others. Both
 * are on one server.
 */
export const onTablesOf =
  (db: PostgresqlValue, nocodb: NocodbValue) =>
  <T>(base: Base, work: (sql: Sql) => Promise<T>): Promise<T> => {
    if (base.storage === "project_schema") return withPostgres(db, work);
    if (nocodb.database) return withPostgres({ ...db, dbname: nocodb.database }, work);
    throw new PreconditionError(
      `The tables of project ${base.project} are in NocoDB's database, and the resource does not name it`,
      {
        hint: "Add database to the resource f/infra/nocodb.",
      },
    );
  };
