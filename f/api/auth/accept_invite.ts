import { acceptInvite } from "../../lib/accounts/accept.ts";
import { ACCEPT_ROUTE } from "../../lib/accounts/routes.ts";
import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { openGotrue } from "../../lib/gotrue/client.ts";
import { requireConfirmedAddresses } from "../../lib/gotrue/public_settings.ts";
import { GOTRUE } from "../../lib/gotrue/rules.ts";
import { asApp } from "../../lib/postgres/as_app.ts";
import { type GotrueValue, namedResource } from "../../lib/resources.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, ACCEPT_ROUTE);
}

/**
 * Accepts an invitation: `POST /api/auth/invites/<id>/accept` on the project's site, by whoever signed in with the
 * address that was invited. They join the project with it.
 * @param project The project that was asked, from the path of the route.
 * @param input The invitation, from the path.
 * @param who The signed-in user, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { invite: string },
  who: { id: string; email: string; sessionId: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, async () => {
    await requireConfirmedAddresses(openGotrue(await namedResource<GotrueValue>(GOTRUE)));
    return asApp(project, (sql) => acceptInvite(sql, { project, who, invite: input.invite }));
  });
}
