import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { cancelSubscription } from "../../lib/stripe/cancel.ts";
import { withBilling } from "../../lib/stripe/job_billing.ts";
import { CANCEL_ROUTE } from "../../lib/stripe/routes.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, CANCEL_ROUTE);
}

/**
 * Ends an organization's subscription with its period or now, or takes an end back:
 * `POST /api/organizations/<id>/billing/cancel` on the project's site, for the organization's admins.
 * @param project The project that was asked, from the path of the route.
 * @param input What was asked, as the gate checked it.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { organization: string; ending: "period_end" | "now" | "never" },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () => withBilling(project, (ports) => cancelSubscription(ports, input)));
}
