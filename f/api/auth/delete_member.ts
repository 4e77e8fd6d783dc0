import { deleteMember } from "../../lib/accounts/change_member.ts";
import { DELETE_MEMBER_ROUTE } from "../../lib/accounts/routes.ts";
import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { asApp } from "../../lib/postgres/as_app.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, DELETE_MEMBER_ROUTE);
}

/**
 * Takes a member out of an organization: `DELETE /api/auth/organizations/<id>/members/<user>` on the project's site, for
 * owners and admins, and for members who leave. One owner stays; again, it answers `absent`.
 * @param project The project that was asked, from the path of the route.
 * @param input The organization and the user, from the path.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { organization: string; user: string },
  who: { id: string; email: string; sessionId: string; organization: string; role: "owner" | "admin" | "member" },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () =>
    asApp(project, (sql) => deleteMember(sql, { ...input, project, by: who })),
  );
}
