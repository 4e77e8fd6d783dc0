import type { Membership } from "../accounts/members.ts";
import { ForbiddenError } from "../errors.ts";
import type { Guard } from "../gate/admit.ts";
import { FROM_JOB, type GuardPorts, member } from "../gotrue/guard.ts";
import type { VerifiedUser } from "../gotrue/verify.ts";
import { can } from "./entitlements.ts";

/**
 * Who may call a route that is paid for: a member, as `member("member")` finds them, whose organization has the feature.
 * One line in the route's table: `who: entitled("reports")`. Throws Forbidden for everybody else.
 */
export const entitled =
  (feature: string, ports: GuardPorts = FROM_JOB): Guard<VerifiedUser & Membership> =>
  async (request) => {
    const who = await member("member", ports)(request);
    const { organization } = who;
    if (await ports.connect(request.project, (sql) => can(sql, request.project, { organization }, feature))) return who;
    throw new ForbiddenError(`The organization's plan does not include ${feature}`, {
      hint: "Change to a plan that has it, or pay the open invoice.",
      details: { feature },
    });
  };
