import { InvalidInputError, TooLargeError } from "../errors.ts";
import { refusalOf } from "../gate/admit.ts";
import { header, type Refusal, type RouteEvent } from "../gate/event.ts";
import { pathParameters, unknownProject } from "../gate/project.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { webhookSecretPaths } from "./paths.ts";
import { checkSignature } from "./signature.ts";

export const EVENT_ROUTE = "apps/:project/stripe/events";
const MAX_BYTES = 512 * 1024;

export type AdmittedEvent = {
  project: string;
  /** The signed body in base64: as text, a value in it that begins with `$var:` would be replaced when a job restarts. */
  payload: string;
  refusal?: Refusal;
};

/**
 * The gate of the webhook: who knows the project's signing secret is Stripe, and nobody else comes in. The signature is
 * checked over the body as it came. Never throws: what did not pass comes out as a refusal.
 */
export async function admitEvent(event: RouteEvent, workspace: Pick<Workspace, "getSecret">): Promise<AdmittedEvent> {
  try {
    const raw = event.raw_string;
    if (event.kind !== "http" || typeof raw !== "string") {
      throw new InvalidInputError("This route takes what Stripe sends and nothing else", {
        hint: "Let f/infra/stripe/ensure_webhook_endpoint tell Stripe where to send events.",
      });
    }
    if (Buffer.byteLength(raw) > MAX_BYTES) {
      throw new TooLargeError(`Body must not be larger than ${MAX_BYTES} bytes`, { hint: "Send one event at a time." });
    }
    const { project } = pathParameters(event, EVENT_ROUTE);
    const { current, previous } = webhookSecretPaths(project);
    const secrets = await Promise.all([workspace.getSecret(current), workspace.getSecret(previous)]);
    const known = secrets.filter((secret) => secret !== undefined);
    if (known.length === 0) throw unknownProject();
    checkSignature(raw, header(event, "stripe-signature"), known);
    return { project, payload: Buffer.from(raw).toString("base64") };
  } catch (error) {
    return { project: "", payload: "", refusal: refusalOf(error) };
  }
}
