import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, inject } from "vitest";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";

/** A database of this test file's own on the shared server, gone afterwards. */
export function testDatabase(): PostgresqlValue {
  const admin = inject("services").postgres;
  const dbname = `test_${randomBytes(6).toString("hex")}`;
  beforeAll(() => withPostgres(admin, (sql) => sql.query(`create database ${dbname} strategy file_copy`)));
  afterAll(() => withPostgres(admin, (sql) => sql.query(`drop database ${dbname} with (force)`)));
  return { ...admin, dbname };
}

/** A project name that no other test uses: roles are shared by all databases of the server. */
export const uniqueProject = (prefix = "p"): string => `${prefix}${randomBytes(5).toString("hex")}`;
