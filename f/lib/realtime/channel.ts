import { InvalidInputError } from "../errors.ts";
import type { Guard } from "../gate/admit.ts";
import { member, user } from "../gotrue/guard.ts";
import type { VerifiedUser } from "../gotrue/verify.ts";
import { isUuid } from "../names.ts";

/**
 * A channel of a project: `everyone` with an account may use it, or the members of one organization, whose id is then
 * the scope.
 */
export type Channel = { scope: string; channel: string };
const EVERYONE = "everyone";

/** The scope and the channel of a route's path. Throws InvalidInput for a scope that is neither. */
export function channelIn({ scope = "", channel = "" }: Record<string, string>): Channel & { organization?: string } {
  if (scope === EVERYONE) return { scope, channel };
  if (isUuid(scope)) return { scope, channel, organization: scope };
  throw new InvalidInputError(`A channel belongs to "${EVERYONE}" or to an organization, by its id`, {
    hint: `Use a path such as realtime/${EVERYONE}/lobby/events.`,
  });
}

/** Whom the gate lets into a channel: an account of the project, or a member of the organization. */
export const participant: Guard<VerifiedUser> = (request) =>
  "organization" in request.input ? member("member")(request) : user()(request);

/** Where a project's Redis user finds the channel: a pub/sub channel, a stream of late events, who is there. */
export const channelKeys = (project: string, { scope, channel }: Channel) => ({
  live: `${project}:events:${scope}:${channel}`,
  recent: `${project}:recent:${scope}:${channel}`,
  presence: `${project}:presence:${scope}:${channel}`,
});

/** How often one user may call; a page that is open on a telephone and a laptop counts once. */
export const userLimit = (project: string, what: string, userId: string, perMinute: number) => ({
  key: `${project}:ratelimit:${what}:${userId}`,
  limit: perMinute,
  windowSeconds: 60,
});
