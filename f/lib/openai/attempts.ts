import OpenAI from "openai";
import { toUpstreamError } from "./client.ts";
import { type Pace, retryAfterMs } from "./pace.ts";

const FIRST_WAIT_MS = 250;

/** How often a call is made, and how long a service may ask to be left alone in between. */
export type Patience = { attempts: number; longestWaitMs: number };
/** For work that nobody sits and waits for. */
export const PATIENT: Patience = { attempts: 8, longestWaitMs: 600_000 };
/** For a person who looks at an empty page meanwhile. */
export const PROMPT: Patience = { attempts: 3, longestWaitMs: 2_000 };

/**
 * Makes a call within the limits, and again when it failed for a reason that passes: a limit, a fault of the service, a
 * connection that broke. Waits as long as the service asks for, else twice as long each time. Throws Upstream.
 */
export async function attempted<T>(
  pace: Pace,
  tokens: number,
  call: () => Promise<{ data: T; response: Response }>,
  patience: Patience = PATIENT,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await pace.enter(tokens);
    try {
      const { data, response } = await call();
      pace.learn(response.headers);
      return data;
    } catch (error) {
      const wait = waitAfter(error, attempt);
      if (error instanceof OpenAI.APIError && error.headers) pace.learn(error.headers);
      if (wait === undefined || wait > patience.longestWaitMs || attempt >= patience.attempts)
        throw toUpstreamError(error);
      // A limit is everybody's; a fault is that of one call.
      if (error instanceof OpenAI.RateLimitError) pace.close(wait);
      else await pace.clock.sleep(wait);
    }
  }
}

/** How long to wait before the next attempt, or nothing when there is no point in one. */
function waitAfter(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof OpenAI.APIError)) return isBrokenOff(error) ? backoff(attempt) : undefined;
  if (error.code === "insufficient_quota") return undefined;
  const { status } = error;
  if (status !== undefined && status !== 408 && status !== 409 && status !== 429 && status < 500) return undefined;
  if (status === 501) return undefined;
  return (error.headers && retryAfterMs(error.headers)) ?? backoff(attempt);
}

/** An answer that ended in the middle: its JSON is not whole, or the socket closed. */
const isBrokenOff = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof TypeError && /terminated|fetch|closed/i.test(error.message));

const backoff = (attempt: number): number => FIRST_WAIT_MS * 2 ** (attempt - 1);
