import type { Route } from "../gate/admit.ts";
import { signedIn } from "../gotrue/guard.ts";
import type { VerifiedUser } from "../gotrue/verify.ts";

/** What `GET apps/:project/auth/session` lets in: everyone who is signed in, also who has not joined this project. */
export const SESSION_ROUTE: Route<object, VerifiedUser> = {
  path: "apps/:project/auth/session",
  maxBytes: 0,
  accepts: [],
  input: () => ({}),
  who: signedIn(),
};
