import { UpstreamError } from "../errors.ts";
import type { StripeValue } from "../resources.ts";

const STRIPE = "https://api.stripe.com";

/**
 * The version of the API that an account is on, as Stripe says it. By a plain request: the official client would be most
 * of what the health check loads. Throws Upstream for a key that Stripe does not take.
 */
export async function stripeVersion({ token, baseUrl = STRIPE }: StripeValue): Promise<string | null> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(new URL("/v1/products?limit=1", baseUrl), { headers }).catch((error) => {
    throw new UpstreamError("Stripe did not answer", {
      code: "upstream_unreachable",
      hint: "Check that this server reaches api.stripe.com.",
      retryable: true,
      cause: error.cause ?? error, // Node's fetch hides what happened one level down
    });
  });
  await answer.body?.cancel();
  if (answer.ok) return answer.headers.get("stripe-version");
  throw new UpstreamError(`Stripe answered ${answer.status}`, {
    hint: "Check the key of the resource f/infra/stripe and what it may do.",
  });
}
