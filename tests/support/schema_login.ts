import { randomBytes } from "node:crypto";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";

/** A login that may do everything and sees one schema first, which is how Prisma's adapter finds the one it works on. */
export async function loginFor(db: PostgresqlValue, schema: string): Promise<PostgresqlValue> {
  const user = `login_${randomBytes(6).toString("hex")}`;
  await withPostgres(db, (sql) =>
    sql.query(`create role ${user} superuser login password 'x'; alter role ${user} set search_path = "${schema}"`),
  );
  return { ...db, user, password: "x" };
}
