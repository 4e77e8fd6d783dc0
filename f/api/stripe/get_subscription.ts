import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { withBilling } from "../../lib/stripe/job_billing.ts";
import { readBilling } from "../../lib/stripe/read_billing.ts";
import { SUBSCRIPTION_ROUTE } from "../../lib/stripe/routes.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, SUBSCRIPTION_ROUTE);
}

/**
 * What an organization pays for, which features it has and how many credits are left:
 * `GET /api/organizations/<id>/billing` on the project's site, for its members. Answered from the project's own tables.
 * @param project The project that was asked, from the path of the route.
 * @param input What was asked, as the gate checked it.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { organization: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () =>
    withBilling(project, ({ sql }) => readBilling(sql, project, input.organization)),
  );
}
