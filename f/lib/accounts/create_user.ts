import { emailAddress } from "../email.ts";
import { ConflictError } from "../errors.ts";
import { ensureUser } from "../gotrue/users.ts";
import { schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { transaction } from "../postgres/connect.ts";
import { addAccount, addOrganization } from "./join.ts";
import { findAccountOf, type OperatorPorts } from "./operator.ts";
import { accountTables } from "./tables.ts";

export type CreatedUser = { id: string; email: string; organization: string; status: "created" };

/**
 * Makes an account with an organization of its own for an address that the operator vouches for: it counts as
 * confirmed. GoTrue's user is taken over when there is one, from another project for example. There is no password;
 * the user chooses one by create_recovery_link, or signs in by mail. Throws Conflict for a user of the project.
 */
export async function createUser(
  { sql, gotrue }: OperatorPorts,
  {
    project,
    email: given,
    name,
    organization,
  }: { project: string; email: string; name?: string; organization?: string },
): Promise<CreatedUser> {
  const { email, key } = emailAddress(given);
  const asked = { project, email: key };
  return operate({ sql, verb: "infra/auth/create_user", project, arguments: asked }, async () => {
    if (await findAccountOf(sql, project, email)) {
      throw new ConflictError("The project has a user with this address already", {
        hint: "See f/infra/auth/get_user, or change it with update_user.",
      });
    }
    const user = await ensureUser(gotrue, email);
    const tables = accountTables(schemaOf(project));
    const made = await transaction(sql, async () => {
      await addAccount(sql, tables, user, name);
      return addOrganization(sql, tables, user, organization ?? email.slice(0, email.indexOf("@")));
    });
    return { id: user.id, email: user.email, organization: made, status: "created" };
  });
}
