import { RateLimitedError, UpstreamError } from "../errors.ts";
import type { Reply } from "./commands.ts";

/** At most `limit` at once, then one more every `windowSeconds / limit` seconds. */
export type RateLimit = { key: string; limit: number; windowSeconds: number };

/** What the limiter needs of Redis: `sendCommands` with a connection, or a test's stand-in. */
export type SendCommands = (commands: readonly (readonly string[])[]) => Promise<Reply[]>;

/**
 * Each key holds the moment (ms, Redis's clock) at which its bucket will be full again. All limits are asked first and
 * only then paid for, in one script, so that callers at once cannot slip through together and a refused call costs
 * nothing. Answers 0, or how many ms the caller must wait.
 */
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
local full = {}
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  full[i] = math.max(tonumber(redis.call('GET', key) or now), now) + window / limit
  wait = math.max(wait, full[i] - window - now)
end
if wait > 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do
  -- rounded down: up would lose the last of the limit's calls
  redis.call('SET', key, string.format('%.0f', math.floor(full[i])), 'PX', math.ceil(full[i] - now))
end
return 0
`;

/** The key of a limit of a project, in the project's own part of Redis. `of` is for example a client address. */
export const rateLimitKey = (project: string, what: string, of: string): string =>
  `run8n:${project}:ratelimit:${what}:${of}`;

/**
 * Counts one call against all given limits, in one round trip.
 * Throws RateLimited with `details.retryAfterSeconds` when any of them is used up, Upstream when Redis does not answer.
 */
export async function takeFromLimits(send: SendCommands, limits: readonly RateLimit[]): Promise<void> {
  const [wait] = await send([
    [
      "EVAL",
      SCRIPT,
      String(limits.length),
      ...limits.map(({ key }) => key),
      ...limits.flatMap(({ limit, windowSeconds }) => [String(limit), String(windowSeconds * 1000)]),
    ],
  ]);
  if (typeof wait !== "number") {
    throw new UpstreamError("Redis answered the rate limit script with something else than a number", {
      hint: "Check that the Redis resource points to a Redis of version 6 or later.",
    });
  }
  if (wait === 0) return;
  const retryAfterSeconds = Math.ceil(wait / 1000);
  throw new RateLimitedError("Too many requests", {
    hint: `Wait ${retryAfterSeconds} seconds and send the request again.`,
    details: { retryAfterSeconds },
  });
}
