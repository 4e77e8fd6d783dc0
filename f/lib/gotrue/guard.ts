import { type Membership, membershipOf, type Role, requireAccount } from "../accounts/members.ts";
import { UnauthorizedError } from "../errors.ts";
import type { Guard, GuardedRequest } from "../gate/admit.ts";
import { asApp } from "../postgres/as_app.ts";
import type { Sql } from "../postgres/connect.ts";
import { jobWorkspace } from "../windmill/workspace.ts";
import { tokenRules } from "./rules.ts";
import { type TokenRules, type VerifiedUser, verifyToken } from "./verify.ts";

/**
 * Who may call a route: one line in its table, `who: member("admin")`, asked by the gate before `main` runs. What it
 * finds is the argument `who` of `main`.
 */
export type GuardPorts = {
  rules: () => Promise<TokenRules>;
  connect: <T>(project: string, work: (sql: Sql) => Promise<T>) => Promise<T>;
};

export const FROM_JOB: GuardPorts = {
  rules: () => tokenRules(jobWorkspace()),
  connect: asApp,
};

/** Anyone whom GoTrue has signed in, for whatever project: what it takes to join one. */
export const signedIn =
  ({ rules }: GuardPorts = FROM_JOB): Guard<VerifiedUser> =>
  async (request) =>
    verifyToken(bearerToken(request), await rules());

/** Someone with an account in this project. Throws Forbidden for a user of another one, Unauthorized once signed out. */
export const user =
  (ports: GuardPorts = FROM_JOB): Guard<VerifiedUser> =>
  async (request) => {
    const who = await signedIn(ports)(request);
    await ports.connect(request.project, (sql) => requireAccount(sql, request.project, who));
    return who;
  };

/**
 * A member, with at least this role, of the organization that `input.organization` names; without one, of the only one
 * the user has. Throws Forbidden, also for an organization that does not exist.
 */
export const member =
  (role: Role, ports: GuardPorts = FROM_JOB): Guard<VerifiedUser & Membership> =>
  async (request) => {
    const who = await signedIn(ports)(request);
    const { organization } = request.input as { organization?: string };
    const asked = { who, role, ...(organization === undefined ? {} : { organization }) };
    return { ...who, ...(await ports.connect(request.project, (sql) => membershipOf(sql, request.project, asked))) };
  };

function bearerToken({ authorization = "" }: GuardedRequest): string {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
  if (token) return token;
  throw new UnauthorizedError("This route is for signed-in users", {
    hint: "Sign in and send the access token as `authorization: Bearer <token>`.",
  });
}
