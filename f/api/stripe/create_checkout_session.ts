import { admit } from "../../lib/gate/admit.ts";
import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { publicOrigin } from "../../lib/gate/project.ts";
import { createCheckoutSession } from "../../lib/stripe/checkout.ts";
import { withBilling } from "../../lib/stripe/job_billing.ts";
import { CHECKOUT_ROUTE } from "../../lib/stripe/routes.ts";

export async function preprocessor(event: RouteEvent) {
  return admit(event, CHECKOUT_ROUTE);
}

/**
 * Begins the purchase of a plan: `POST /api/organizations/<id>/billing/checkout` on the project's site, for the
 * organization's admins. Answers the `url` of Stripe's page, which leads back to the site.
 * @param project The project that was asked, from the path of the route.
 * @param input What was asked, as the gate checked it.
 * @param who The signed-in member, as the gate verified them.
 * @param caller Who called, as the gate found it.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  input: { organization: string; plan: string; interval: string; returnPath: string },
  who: { id: string; email: string; organization: string; role: string },
  caller: { client: string; origin: string; wants: "json" | "html" },
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  return answerRoute({ caller, refusal }, () =>
    withBilling(project, async ({ sql, stripe }) => {
      const payer = { project, organization: input.organization, email: who.email };
      const returnTo = `${caller.origin || (await publicOrigin(project))}${input.returnPath}`;
      return createCheckoutSession({ sql, stripe }, payer, { plan: input.plan, interval: input.interval, returnTo });
    }),
  );
}
