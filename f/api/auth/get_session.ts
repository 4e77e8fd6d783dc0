import { SESSION_ROUTE } from "../../lib/accounts/routes.ts";
import { readSession } from "../../lib/accounts/session.ts";
import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { asApp } from "../../lib/postgres/as_app.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, SESSION_ROUTE);
}

/**
 * Who is signed in, as this project knows them: `GET /api/auth/session` on its site, with the access token of GoTrue.
 * `account` is null for a user who has not joined the project.
 * @param project The project that was asked, from the path of the route.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  who: { id: string; email: string; sessionId: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () => asApp(project, (sql) => readSession(sql, project, who)));
}
