import type StripeClient from "stripe";
import { ConflictError, NotFoundError, OperationError, RateLimitedError, redact, UpstreamError } from "../errors.ts";
import type { StripeValue } from "../resources.ts";

export type { StripeClient };

const TIMEOUT_MS = 20_000;

/** The official client for an account. It repeats what failed on the way twice, under the same idempotency key. */
export async function stripeClient({ token, baseUrl }: StripeValue): Promise<StripeClient> {
  const { default: Client } = await import("stripe"); // large, and many jobs that could bill do not
  const base = baseUrl ? new URL(baseUrl) : undefined;
  return new Client(token, {
    ...(base ? { host: base.hostname, port: base.port, protocol: base.protocol === "http:" ? "http" : "https" } : {}),
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 2,
    telemetry: false,
  });
}

/**
 * Asks Stripe and translates what it refuses: a declined card is Conflict `card_declined`, a missing object NotFound, the
 * rest Upstream. Stripe's own message is kept as the cause, without keys.
 */
export async function asking<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw translated(what, error);
  }
}

/** The object, or nothing when Stripe has none of that id. */
export async function unlessMissing<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if ((error as { code?: unknown }).code === "resource_missing") return undefined;
    throw error;
  }
}

/** Each of the client's error classes has its own name in `type`. */
const isStripes = (error: unknown): error is StripeClient.errors.StripeError =>
  error instanceof Error && /^Stripe\w*Error$/.test(String((error as { type?: unknown }).type));

function translated(what: string, error: unknown): unknown {
  if (error instanceof OperationError || !isStripes(error)) return error;
  const { type, code, statusCode, requestId } = error;
  const details = { ...(code ? { stripeCode: code } : {}), ...(requestId ? { requestId } : {}) };
  const cause = Object.assign(new Error(redact(error.message)), { name: type, code });
  if (type === "StripeCardError") {
    return new ConflictError("The card was declined", {
      code: "card_declined",
      hint: "Pay with another card: open the billing portal and change the payment method.",
      details,
    });
  }
  if (code === "resource_missing") {
    return new NotFoundError(`Stripe does not know what was asked for: ${what}`, {
      hint: "Run f/infra/stripe/reconcile_subscriptions to see what differs between Stripe and the project.",
      details,
      cause,
    });
  }
  if (type === "StripeRateLimitError") {
    return new RateLimitedError("Stripe has too many requests from this account", {
      hint: "Try again in a minute.",
      details,
    });
  }
  if (type === "StripeAuthenticationError" || type === "StripePermissionError") {
    return new UpstreamError(`Stripe does not let this key ${what}`, {
      hint: "Check the key of the resource f/infra/stripe and what it may do.",
      details,
      cause,
    });
  }
  const unreachable = type === "StripeConnectionError";
  return new UpstreamError(unreachable ? "Stripe did not answer" : `Stripe refused to ${what} (${statusCode})`, {
    ...(unreachable ? { code: "upstream_unreachable" as const } : {}),
    hint: unreachable ? "Try again in a minute." : "See the cause, and the request in Stripe's dashboard.",
    retryable: unreachable || (statusCode ?? 0) >= 500,
    details,
    cause,
  });
}
