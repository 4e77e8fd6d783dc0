import { emailAddress } from "../email.ts";
import { ConflictError } from "../errors.ts";
import { findUser, removeUser } from "../gotrue/users.ts";
import { isUuid, schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { findAccountOf, type OperatorPorts } from "./operator.ts";
import { accountTables } from "./tables.ts";

export type DeletedUser = { id: string | null; status: "deleted" | "absent" };

/**
 * Takes a user out of the project: the account and its memberships; with `everywhere` out of GoTrue too, so that they
 * can sign in nowhere. Organizations stay. Throws Conflict while the user is the only owner of an organization that has
 * other members.
 */
export async function deleteUser(
  { sql, gotrue }: OperatorPorts,
  { project, user, everywhere }: { project: string; user: string; everywhere: boolean },
): Promise<DeletedUser> {
  const asked = { project, user: isUuid(user) ? user : emailAddress(user).key, everywhere };
  return operate({ sql, verb: "infra/auth/delete_user", project, arguments: asked }, async () => {
    const account = await findAccountOf(sql, project, user);
    if (account) await removeAccount(sql, project, account.id);
    const id = account?.id ?? (everywhere ? await idIn(gotrue, user) : undefined);
    const gone = everywhere && id !== undefined && (await removeUser(gotrue, id));
    return { id: id ?? null, status: account || gone ? "deleted" : "absent" };
  });
}

const idIn = async (gotrue: OperatorPorts["gotrue"], user: string): Promise<string | undefined> =>
  isUuid(user) ? user : (await findUser(gotrue, emailAddress(user).email))?.id;

async function removeAccount(sql: Sql, project: string, id: string): Promise<void> {
  const { account, member, organization } = accountTables(schemaOf(project));
  await transaction(sql, async () => {
    // Whoever changes these organizations at the same moment waits, so that none is left without an owner.
    await sql.query(
      `select 1 from ${organization} where id in (select organization_id from ${member} where user_id = $1) for update`,
      [id],
    );
    const { rows } = await sql.query<{ organization: string }>(
      `select organization_id as organization from ${member} m where user_id = $1 and role = 'owner'
          and not exists (select from ${member} o where o.organization_id = m.organization_id and role = 'owner' and user_id <> $1)
          and exists (select from ${member} o where o.organization_id = m.organization_id and user_id <> $1)`,
      [id],
    );
    if (rows.length > 0) {
      throw new ConflictError("The user is the only owner of an organization that others belong to", {
        hint: "Make somebody else an owner of details.organizations first.",
        details: { organizations: rows.map(({ organization: one }) => one) },
      });
    }
    await sql.query(`delete from ${account} where user_id = $1`, [id]);
  });
}
