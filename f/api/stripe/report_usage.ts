import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { withBilling } from "../../lib/stripe/job_billing.ts";
import { USAGE_ROUTE } from "../../lib/stripe/routes.ts";
import { reportUsage } from "../../lib/stripe/usage.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, USAGE_ROUTE);
}

/**
 * Reports what an organization used, to be billed afterwards: `POST /api/organizations/<id>/billing/usage` on the
 * project's site, for its members. A repeated `id` counts once.
 * @param project The project that was asked, from the path of the route.
 * @param input What was asked, as the gate checked it.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { organization: string; id: string; meter: string; quantity: number },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () => withBilling(project, (ports) => reportUsage(ports, input)));
}
