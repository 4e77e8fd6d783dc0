import { joinProject } from "../../lib/accounts/join.ts";
import { ACCOUNT_ROUTE } from "../../lib/accounts/routes.ts";
import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { openGotrue } from "../../lib/gotrue/client.ts";
import { requireConfirmedAddresses } from "../../lib/gotrue/public_settings.ts";
import { GOTRUE } from "../../lib/gotrue/rules.ts";
import { asApp } from "../../lib/postgres/as_app.ts";
import { type GotrueValue, namedResource } from "../../lib/resources.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, ACCOUNT_ROUTE);
}

/**
 * Joins the project: `POST /api/auth/account` on its site, with `{}` or `{ "name", "organization" }`. A new account gets
 * an organization of its own, unless an invitation waits for it; calling again answers `unchanged`.
 * @param project The project that was asked, from the path of the route.
 * @param input What to call the user and the organization, when they say.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { name?: string; organization?: string },
  who: { id: string; email: string; sessionId: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () =>
    asApp(project, (sql) =>
      joinProject(
        {
          sql,
          requireConfirmedAddresses: async () =>
            requireConfirmedAddresses(openGotrue(await namedResource<GotrueValue>(GOTRUE))),
        },
        { ...input, project, who },
      ),
    ),
  );
}
