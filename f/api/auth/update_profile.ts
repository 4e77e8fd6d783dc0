import { updateProfile } from "../../lib/accounts/profile.ts";
import { PROFILE_ROUTE } from "../../lib/accounts/routes.ts";
import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { asApp } from "../../lib/postgres/as_app.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, PROFILE_ROUTE);
}

/**
 * What the signed-in user is called in this project: `PATCH /api/auth/profile` on its site, with `{ "name": "Ada" }`.
 * @param project The project that was asked, from the path of the route.
 * @param input The new name.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { name?: string },
  who: { id: string; email: string; sessionId: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () =>
    asApp(project, (sql) => updateProfile(sql, { ...input, project, user: who.id })),
  );
}
