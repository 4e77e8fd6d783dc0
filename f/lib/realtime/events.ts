import { InvalidInputError, UpstreamError } from "../errors.ts";
import { describe } from "../names.ts";
import { type SendCommands, takeFromLimits } from "../redis/rate_limit.ts";
import { type Channel, channelKeys, userLimit } from "./channel.ts";

/** What subscribers of `<project>:events:<scope>:<channel>` get, as JSON, and what `listEvents` answers. */
export type RealtimeEvent = {
  /** Of the form `<milliseconds>-<number>`: later events of a channel have greater ones. */
  id: string;
  event: string;
  payload: unknown;
  /** Who sent it, as the gate verified them. */
  user: string;
  /** ISO 8601 in UTC. */
  sentAt: string;
};

const PER_MINUTE = 120;
const KEPT_EVENTS = "1000";
const KEPT_MS = String(24 * 3600 * 1000);
const PAGE = "100";
const EVENT_NAME = /^[a-z][a-z0-9_.-]{0,63}$/i;

/** Keeps the event for those who come late and sends it to those who listen, in one step and in one order. */
const PUBLISH = `
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'event', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PUBLISH', ARGV[4], '{"id":"' .. id .. '",' .. string.sub(ARGV[1], 2))
return id
`;

/**
 * Sends an event to everyone who listens to a channel, and keeps it for a day, among the last thousand.
 * Throws InvalidInput for a name that is none, RateLimited for a user who sends more than two a second over a minute.
 */
export async function publishEvent(
  send: SendCommands,
  { project, channel, user, event, payload }: { project: string; channel: Channel; user: string } & Sent,
  now: () => Date = () => new Date(),
): Promise<{ id: string; sentAt: string }> {
  if (typeof event !== "string" || !EVENT_NAME.test(event)) {
    throw new InvalidInputError(
      `event must be a name of 1 to 64 letters, digits, ".", "_" and "-"; got ${describe(event)}`,
      { hint: 'Send a name such as "message.created".', details: { argument: "event" } },
    );
  }
  await takeFromLimits(send, [userLimit(project, "realtime", user, PER_MINUTE)]);
  const { live, recent } = channelKeys(project, channel);
  const sentAt = now().toISOString();
  const message = JSON.stringify({ event, payload: payload ?? null, user, sentAt });
  const [id] = await send([["EVAL", PUBLISH, "1", recent, message, KEPT_EVENTS, KEPT_MS, live]]);
  return { id: String(id), sentAt };
}

type Sent = { event?: unknown; payload?: unknown };

/**
 * The events of a channel after the one with the given id, oldest first, a hundred at most; `0` is the oldest kept.
 * `nextCursor` is what to ask for next, also when nothing new came. Throws InvalidInput for what is no id.
 */
export async function listEvents(
  send: SendCommands,
  { project, channel, after }: { project: string; channel: Channel; after: string },
): Promise<{ items: RealtimeEvent[]; nextCursor: string }> {
  if (!/^\d{1,15}(?:-\d{1,15})?$/.test(after)) {
    throw new InvalidInputError("after must be the id of an event, or 0", {
      hint: "Pass the nextCursor of the answer before, or 0 for the oldest event that is kept.",
    });
  }
  const [entries] = await send([["XRANGE", channelKeys(project, channel).recent, `(${after}`, "+", "COUNT", PAGE]]);
  const items = (entries as [id: string, fields: [string, string]][]).map(([id, [, text]]) => eventOf(id, text));
  return { items, nextCursor: items.at(-1)?.id ?? after };
}

function eventOf(id: string, text: string): RealtimeEvent {
  try {
    return { id, ...(JSON.parse(text) as Omit<RealtimeEvent, "id">) };
  } catch (cause) {
    throw new UpstreamError("A kept event of this channel is not as run8n writes it", {
      hint: "Keep the app from writing to keys that begin with <project>:recent:.",
      cause,
    });
  }
}
