import { updateMember } from "../../lib/accounts/change_member.ts";
import { UPDATE_MEMBER_ROUTE } from "../../lib/accounts/routes.ts";
import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { asApp } from "../../lib/postgres/as_app.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, UPDATE_MEMBER_ROUTE);
}

/**
 * Gives a member another role: `PATCH /api/auth/organizations/<id>/members/<user>` on the project's site, with
 * `{ "role": "admin" }`, for owners and admins. Nobody can give a role above their own; one owner stays.
 * @param project The project that was asked, from the path of the route.
 * @param input The new role, with the organization and the user from the path.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { organization: string; user: string; role?: string },
  who: { id: string; email: string; sessionId: string; organization: string; role: "owner" | "admin" | "member" },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () =>
    asApp(project, (sql) => updateMember(sql, { ...input, project, by: who })),
  );
}
