import type { FlowStatus } from "../jobs/job.ts";
import type { Retry } from "./definition.ts";
import type { Evaluate, Scope } from "./expressions.ts";
import { holds } from "./transforms.ts";

const MAX_ATTEMPTS = 1000;
const MAX_SECONDS = 6 * 60 * 60;

/**
 * Seconds to wait before the next attempt after so many failures before this one, or undefined when all attempts are
 * used up: first the constant delays, then the exponential ones, whose exponent counts all failures.
 */
export function retryDelay(
  retry: Retry,
  failuresBefore: number,
  random: () => number = Math.random,
): number | undefined {
  const constant = retry.constant?.attempts ?? 0;
  if (failuresBefore > MAX_ATTEMPTS) return undefined;
  if (failuresBefore < constant) return Math.min(retry.constant?.seconds ?? 0, MAX_SECONDS);
  const { attempts = 0, multiplier = 1, seconds = 0, random_factor = 0 } = retry.exponential ?? {};
  if (failuresBefore - constant >= attempts) return undefined;
  const exact = multiplier * seconds ** (failuresBefore + 1);
  const spread = (exact * Math.min(random_factor, 100) * (random() * 2 - 1)) / 100;
  return Math.min(Math.max(exact + spread, 0), MAX_SECONDS);
}

/** Whether a step that has failed is to run again. Throws an Error when `retry_if` cannot be evaluated. */
export function shouldRetry(
  retry: Retry | undefined,
  { fail_count }: FlowStatus["retry"],
  evaluate: Evaluate,
  scope: Scope,
): boolean {
  if (!retry || retryDelay(retry, fail_count) === undefined) return false;
  return !retry.retry_if || holds(retry.retry_if.expr, evaluate, scope);
}
