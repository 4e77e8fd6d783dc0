import { listMembers } from "../../lib/accounts/list_members.ts";
import { MEMBERS_ROUTE } from "../../lib/accounts/routes.ts";
import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { asApp } from "../../lib/postgres/as_app.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, MEMBERS_ROUTE);
}

/**
 * Who belongs to an organization: `GET /api/auth/organizations/<id>/members` on the project's site, for its members.
 * Owners and admins also see who was invited and has not accepted yet.
 * @param project The project that was asked, from the path of the route.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  who: { id: string; email: string; sessionId: string; organization: string; role: "owner" | "admin" | "member" },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () => asApp(project, (sql) => listMembers(sql, { project, ...who })));
}
