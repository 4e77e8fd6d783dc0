import { InvalidInputError } from "../errors.ts";
import type { Route } from "../gate/admit.ts";
import { textFields } from "../gate/fields.ts";
import type { VerifiedUser } from "../gotrue/verify.ts";
import { type Channel, channelIn, participant } from "./channel.ts";

const CHANNEL = "apps/:project/realtime/:scope/:channel";

/** What `POST .../events` lets in: a name and any JSON, from a participant of the channel. */
export const PUBLISH_ROUTE: Route<Channel & { event?: unknown; payload?: unknown }, VerifiedUser> = {
  path: `${CHANNEL}/events`,
  maxBytes: 16_384,
  accepts: ["json"],
  input: (body, parameters) => ({ ...channelIn(parameters), ...eventFields(body) }),
  who: participant,
};

/** What `GET .../events/:after` lets in. */
export const EVENTS_ROUTE: Route<Channel & { after: string }, VerifiedUser> = {
  path: `${CHANNEL}/events/:after`,
  maxBytes: 0,
  accepts: [],
  input: (_, parameters) => ({ ...channelIn(parameters), after: parameters.after ?? "" }),
  who: participant,
};

/** What `GET .../presence` lets in. */
export const PRESENCE_ROUTE: Route<Channel, VerifiedUser> = {
  path: `${CHANNEL}/presence`,
  maxBytes: 0,
  accepts: [],
  input: (_, parameters) => channelIn(parameters),
  who: participant,
};

const stateField = textFields({ state: 10 });

/** What `POST .../presence` lets in. */
export const PRESENCE_UPDATE_ROUTE: Route<Channel & { state?: string }, VerifiedUser> = {
  path: `${CHANNEL}/presence`,
  maxBytes: 256,
  accepts: ["json"],
  input: (body, parameters) => ({ ...channelIn(parameters), ...stateField(body) }),
  who: participant,
};

function eventFields(body: Record<string, unknown>): { event?: unknown; payload?: unknown } {
  if (Object.keys(body).every((key) => key === "event" || key === "payload")) return body;
  throw new InvalidInputError("Body has a field that this route does not know", {
    hint: "Send only: event, payload.",
  });
}
