import { InvalidInputError } from "../errors.ts";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { accountTables } from "./tables.ts";

export type Profile = { user: string; email: string; name: string | null; status: "updated" | "unchanged" };

/** Changes what a user is called in this project. Throws InvalidInput without a name. */
export async function updateProfile(
  sql: Sql,
  { project, user, name }: { project: string; user: string; name?: string },
): Promise<Profile> {
  if (name === undefined) {
    throw new InvalidInputError("name must be a text that is not empty", { hint: 'Send { "name": "Ada" }.' });
  }
  const { account } = accountTables(schemaOf(project));
  const { rowCount } = await sql.query(
    `update ${account} set name = $2, updated_at = now() where user_id = $1 and name is distinct from $2`,
    [user, name],
  );
  const { rows } = await sql.query<{ email: string; name: string | null }>(
    `select email, name from ${account} where user_id = $1`,
    [user],
  );
  return { user, ...rows[0]!, status: rowCount ? "updated" : "unchanged" };
}
