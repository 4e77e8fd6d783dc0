import { answerRoute } from "../../lib/gate/answer.ts";
import type { RouteEvent } from "../../lib/gate/event.ts";
import { admitEvent } from "../../lib/stripe/admit_event.ts";
import { withBilling } from "../../lib/stripe/job_billing.ts";
import { receiveEvent } from "../../lib/stripe/receive.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

export async function preprocessor(event: RouteEvent) {
  return admitEvent(event, jobWorkspace());
}

/**
 * Takes in an event of Stripe's: `POST /api/stripe/events` on the project's site. It is stored once, with its effects, and
 * what it speaks of is read from Stripe, so that copies and wrong order change nothing. A bad signature is answered with
 * 400; when something behind it fails, with 5xx, so that Stripe sends it again.
 * @param project The project that was asked, from the path of the route.
 * @param payload The signed body, in base64.
 * @param refusal Why the gate did not let the request in, when it did not.
 */
export async function main(
  project: string,
  payload: string,
  refusal?: { status: number; code: string; message: string; hint: string },
) {
  const caller = { client: "stripe", origin: "", wants: "json" as const };
  return answerRoute({ caller, refusal }, () => withBilling(project, (ports) => receiveEvent(ports, payload)));
}
