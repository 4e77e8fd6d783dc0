import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { publicOrigin } from "../../lib/gate/project.ts";
import { withBilling } from "../../lib/stripe/job_billing.ts";
import { createPortalSession } from "../../lib/stripe/portal.ts";
import { PORTAL_ROUTE } from "../../lib/stripe/routes.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, PORTAL_ROUTE);
}

/**
 * Opens Stripe's billing portal: `POST /api/organizations/<id>/billing/portal` on the project's site, for the
 * organization's admins. Answers the `url` to send them to.
 * @param project The project that was asked, from the path of the route.
 * @param input What was asked, as the gate checked it.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { organization: string; returnPath: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () =>
    withBilling(project, async (ports) => {
      const returnUrl = `${caller.origin || (await publicOrigin(project))}${input.returnPath}`;
      return createPortalSession(ports, { organization: input.organization, returnUrl });
    }),
  );
}
