import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { changePlan } from "../../lib/stripe/change_plan.ts";
import { withBilling } from "../../lib/stripe/job_billing.ts";
import { PLAN_ROUTE } from "../../lib/stripe/routes.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, PLAN_ROUTE);
}

/**
 * Changes the plan in two steps: `POST /api/organizations/<id>/billing/plan` on the project's site tells what the change
 * costs, and with that quote as `accept` makes it at exactly that price. For the organization's admins.
 * @param project The project that was asked, from the path of the route.
 * @param input What was asked, as the gate checked it.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: {
    organization: string;
    plan: string;
    interval: string;
    accept?: { prorationDate: number; amountDue: number };
  },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () => withBilling(project, (ports) => changePlan(ports, input)));
}
