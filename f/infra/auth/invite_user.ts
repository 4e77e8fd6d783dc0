import type { Invited } from "../../lib/accounts/invite.ts";
import { inviteUser } from "../../lib/accounts/invite_user.ts";
import { openGotrue } from "../../lib/gotrue/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Gotrue, type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Invites an e-mail address into an organization of a project, by mail. Again, while it has not accepted, it is the same
 * invitation with the new role and seven more days.
 * @param project Name of the project, for example "shop".
 * @param email The address to invite.
 * @param organization Id of the organization, as get_user shows it.
 * @param role What the address becomes there.
 * @param db The server's Postgres.
 * @param gotrue The server that signs users in.
 */
export async function main(
  project: string,
  email: string,
  organization: string,
  role: "owner" | "admin" | "member" = "member",
  db: Postgresql = "$res:f/infra/postgres",
  gotrue: Gotrue = "$res:f/infra/gotrue",
): Promise<Invited> {
  const api = openGotrue(await resource(gotrue));
  return withPostgres(await resource(db), (sql) =>
    inviteUser(
      { sql, gotrue: api, workspace: jobWorkspace() },
      { project, email, organization, role: role ?? "member" },
    ),
  );
}
