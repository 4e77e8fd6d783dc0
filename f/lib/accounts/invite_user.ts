import { NotFoundError } from "../errors.ts";
import { isUuid, schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { type Invited, inviteMember } from "./invite.ts";
import { mailInvite } from "./invite_mail.ts";
import { type OperatorPorts, requireAccountTables } from "./operator.ts";
import { accountTables } from "./tables.ts";

/**
 * Invites an address into an organization on the operator's behalf, in any role and without the limits that members
 * have. Throws NotFound for an organization that the project does not have, and what inviteMember throws.
 */
export async function inviteUser(
  { sql, gotrue, workspace }: OperatorPorts & { workspace: Workspace },
  { project, email, organization, role }: { project: string; email: string; organization: string; role: string },
): Promise<Invited> {
  const schema = schemaOf(project);
  const asked = { project, organization: isUuid(organization) ? organization : null };
  return operate({ sql, verb: "infra/auth/invite_user", project, arguments: asked }, async () => {
    await requireAccountTables(sql, schema);
    const { organization: table } = accountTables(schema);
    const { rows } = isUuid(organization)
      ? await sql.query(`select 1 from ${table} where id = $1`, [organization])
      : { rows: [] };
    if (rows.length === 0) {
      throw new NotFoundError("The project has no such organization", {
        hint: "f/infra/auth/get_user shows those of a user; create_user makes one.",
      });
    }
    const mail = (to: string, invite: string) => mailInvite({ gotrue, workspace }, { project, email: to, invite });
    return inviteMember({ sql, mail }, { project, organization, by: { id: null, role: "owner" }, email, role });
  });
}
