import { inviteMember } from "../../lib/accounts/invite.ts";
import { mailInvite } from "../../lib/accounts/invite_mail.ts";
import { INVITES_ROUTE } from "../../lib/accounts/routes.ts";
import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { openGotrue } from "../../lib/gotrue/client.ts";
import { GOTRUE } from "../../lib/gotrue/rules.ts";
import { asApp } from "../../lib/postgres/as_app.ts";
import { sendCommands } from "../../lib/redis/commands.ts";
import { type GotrueValue, namedResource, type RedisValue } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, INVITES_ROUTE);
}

/**
 * Invites an address into an organization: `POST /api/auth/organizations/<id>/invites` on the project's site, with
 * `{ "email": "ada@example.com", "role": "member" }`, for its owners and admins. The link in the mail signs the owner of
 * the address in and leads to `/account?invite=<id>` on the project's site.
 * @param project The project that was asked, from the path of the route.
 * @param input Whom to invite, as what, and the organization from the path.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { organization: string; email?: string; role?: string },
  who: { id: string; email: string; sessionId: string; organization: string; role: "owner" | "admin" | "member" },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, async () => {
    const redis = await namedResource<RedisValue>("f/infra/redis");
    const gotrue = openGotrue(await namedResource<GotrueValue>(GOTRUE));
    const workspace = jobWorkspace();
    return asApp(project, (sql) =>
      inviteMember(
        {
          sql,
          redis: (commands) => sendCommands(redis, commands),
          mail: (email, invite) => mailInvite({ gotrue, workspace }, { project, email, invite }),
        },
        { project, organization: who.organization, by: who, email: input.email, role: input.role },
      ),
    );
  });
}
