import type { Route } from "../gate/admit.ts";
import { textFields } from "../gate/fields.ts";
import { member, signedIn, user } from "../gotrue/guard.ts";
import type { VerifiedUser } from "../gotrue/verify.ts";
import type { Membership } from "./members.ts";

const NO_BODY = { maxBytes: 0, accepts: [] } as const;
const JSON_BODY = { maxBytes: 4096, accepts: ["json"] } as const;

/** `GET apps/:project/auth/session`: for everyone who is signed in, also who has not joined this project. */
export const SESSION_ROUTE: Route<object, VerifiedUser> = {
  path: "apps/:project/auth/session",
  ...NO_BODY,
  input: () => ({}),
  who: signedIn(),
};

/** `POST apps/:project/auth/account`: joins the project. */
export const ACCOUNT_ROUTE: Route<{ name?: string; organization?: string }, VerifiedUser> = {
  path: "apps/:project/auth/account",
  ...JSON_BODY,
  input: textFields({ name: 100, organization: 100 }),
  who: signedIn(),
};

/** `PATCH apps/:project/auth/profile` */
export const PROFILE_ROUTE: Route<{ name?: string }, VerifiedUser> = {
  path: "apps/:project/auth/profile",
  ...JSON_BODY,
  input: textFields({ name: 100 }),
  who: user(),
};

type OfOrganization = { organization: string };
const organizationOf = ({ organization = "" }: Record<string, string>): OfOrganization => ({ organization });

/** `GET apps/:project/auth/organizations/:organization/members` */
export const MEMBERS_ROUTE: Route<OfOrganization, VerifiedUser & Membership> = {
  path: "apps/:project/auth/organizations/:organization/members",
  ...NO_BODY,
  input: (_, parameters) => organizationOf(parameters),
  who: member("member"),
};

const inviteFields = textFields({ email: 254, role: 10 });

/** `POST apps/:project/auth/organizations/:organization/invites` */
export const INVITES_ROUTE: Route<OfOrganization & { email?: string; role?: string }, VerifiedUser & Membership> = {
  path: "apps/:project/auth/organizations/:organization/invites",
  ...JSON_BODY,
  input: (body, parameters) => ({ ...inviteFields(body), ...organizationOf(parameters) }),
  who: member("admin"),
};

type OfMember = OfOrganization & { user: string };
const memberOf = (parameters: Record<string, string>): OfMember => ({
  ...organizationOf(parameters),
  user: parameters.user ?? "",
});
const MEMBER_PATH = "apps/:project/auth/organizations/:organization/members/:user" as const;
const roleField = textFields({ role: 10 });

/** `PATCH apps/:project/auth/organizations/:organization/members/:user` */
export const UPDATE_MEMBER_ROUTE: Route<OfMember & { role?: string }, VerifiedUser & Membership> = {
  path: MEMBER_PATH,
  ...JSON_BODY,
  input: (body, parameters) => ({ ...roleField(body), ...memberOf(parameters) }),
  who: member("admin"),
};

/** `DELETE apps/:project/auth/organizations/:organization/members/:user`: members may leave by themselves. */
export const DELETE_MEMBER_ROUTE: Route<OfMember, VerifiedUser & Membership> = {
  path: MEMBER_PATH,
  ...NO_BODY,
  input: (_, parameters) => memberOf(parameters),
  who: member("member"),
};

/** `POST apps/:project/auth/invites/:invite/accept`: the invitation is the user's by their address. */
export const ACCEPT_ROUTE: Route<{ invite: string }, VerifiedUser> = {
  path: "apps/:project/auth/invites/:invite/accept",
  ...NO_BODY,
  input: (_, { invite = "" }) => ({ invite }),
  who: signedIn(),
};
