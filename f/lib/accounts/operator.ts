import { emailAddress } from "../email.ts";
import { NotFoundError, PreconditionError } from "../errors.ts";
import type { Gotrue } from "../gotrue/client.ts";
import { isUuid, schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { accountTables } from "./tables.ts";

/** What operator verbs work with: the server's Postgres and GoTrue with its service key. */
export type OperatorPorts = { sql: Sql; gotrue: Gotrue };

export type Account = { id: string; email: string };

/**
 * An account of the project, by the user's id or address. Operators see the users of the project they name and no
 * others, although GoTrue has those of all. Throws NotFound; Precondition when the project keeps no accounts.
 */
export async function requireAccountOf(sql: Sql, project: string, user: string): Promise<Account> {
  const found = await findAccountOf(sql, project, user);
  if (found) return found;
  throw new NotFoundError("The project has no such user", {
    hint: "Pass the id or the address of one that f/infra/auth/list_users shows.",
    details: { project },
  });
}

/** The same, or nothing. */
export async function findAccountOf(sql: Sql, project: string, user: string): Promise<Account | undefined> {
  const schema = schemaOf(project);
  await requireAccountTables(sql, schema);
  const { account } = accountTables(schema);
  const [column, key] = isUuid(user) ? ["user_id", user] : ["email_key", emailAddress(user).key];
  const { rows } = await sql.query<Account>(
    `select user_id as id, email from ${account} where ${column} = $1 order by created_at desc limit 1`,
    [key],
  );
  return rows[0];
}

export async function requireAccountTables(sql: Sql, schema: string): Promise<void> {
  const { rows } = await sql.query<{ found: boolean }>("select to_regclass($1) is not null as found", [
    accountTables(schema).policy,
  ]);
  if (rows[0]?.found) return;
  throw new PreconditionError("The project keeps no accounts yet", {
    hint: "Run f/infra/auth/ensure_accounts for the project first.",
    details: { schema },
  });
}
