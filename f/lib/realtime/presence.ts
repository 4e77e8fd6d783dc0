import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import type { Reply } from "../redis/commands.ts";
import { type SendCommands, takeFromLimits } from "../redis/rate_limit.ts";
import { type Channel, channelKeys, userLimit } from "./channel.ts";

export type Presence = {
  items: { user: string; until: string }[];
};

/** Whoever has not been heard of for this long is gone; a page says it is there every 20 seconds or so. */
const HERE_MS = 60_000;
const PER_MINUTE = 60;
const MAX_LISTED = "999";

/** By Redis's clock, which all callers share. A score is the moment at which its user is gone. */
const NOW = "local time = redis.call('TIME')\nlocal now = time[1] * 1000 + math.floor(time[2] / 1000)\n";
const LIST = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZRANGE', KEYS[1], 0, ARGV[1], 'WITHSCORES')
`;
const HERE = "redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])\nredis.call('PEXPIRE', KEYS[1], ARGV[3])";
const GONE = "redis.call('ZREM', KEYS[1], ARGV[2])";

type At = { project: string; channel: Channel };

/** Who is in a channel, those who will be gone first in front; a thousand at most. */
export async function listPresence(send: SendCommands, at: At): Promise<Presence> {
  return presence(await send([["EVAL", `${NOW}${LIST}`, "1", keyOf(at), MAX_LISTED]]));
}

/**
 * Notes that a user is `here`, for a minute, or `gone`, and answers who is in the channel then.
 * Throws InvalidInput for another state, RateLimited for more than one call a second over a minute.
 */
export async function updatePresence(
  send: SendCommands,
  { user, state = "here", ...at }: At & { user: string; state?: unknown },
): Promise<Presence> {
  if (state !== "here" && state !== "gone") {
    throw new InvalidInputError(`state must be "here" or "gone"; got ${describe(state)}`, {
      hint: "Leave it out to say that the user is here.",
      details: { argument: "state" },
    });
  }
  await takeFromLimits(send, [userLimit(at.project, "presence", user, PER_MINUTE)]);
  const script = `${NOW}${state === "here" ? HERE : GONE}${LIST}`;
  return presence(await send([["EVAL", script, "1", keyOf(at), MAX_LISTED, user, String(HERE_MS)]]));
}

const keyOf = ({ project, channel }: At): string => channelKeys(project, channel).presence;

function presence([reply]: Reply[]): Presence {
  const flat = reply as string[];
  const items = flat.flatMap((user, at) =>
    at % 2 === 0 ? [{ user, until: new Date(Number(flat[at + 1])).toISOString() }] : [],
  );
  return { items };
}
