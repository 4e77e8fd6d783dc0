import { InvalidInputError } from "../errors.ts";
import { isUuid } from "../names.ts";
import { asApp } from "../postgres/as_app.ts";
import { type Sql, transaction } from "../postgres/connect.ts";

/**
 * Works in a project's schema as its app role on behalf of a verified user, in one transaction: tables with policies
 * (see ensurePolicies) show and take only what is theirs. For routes: `asUser(project, who, (sql) => ...)`.
 */
export const asUser = <T>(project: string, who: { id: string }, work: (sql: Sql) => Promise<T>): Promise<T> =>
  asApp(project, (sql) => forUser(sql, who, () => work(sql)));

/**
 * The same on a connection that is there already. The user ends with the transaction, so a connection that is used
 * again has none. The binding holds for what our statements do; whoever may send statements of their own may name
 * another user in them, so the app role's password stays with the server.
 */
export async function forUser<T>(sql: Sql, { id }: { id: string }, work: () => Promise<T>): Promise<T> {
  if (!isUuid(id)) {
    throw new InvalidInputError("A user must be named by a UUID", {
      hint: "Pass the user that the route's guard found.",
    });
  }
  return transaction(sql, async () => {
    await sql.query("select set_config('run8n.user_id', $1, true)", [id]);
    return work();
  });
}
