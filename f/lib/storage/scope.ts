import { InvalidInputError, NotFoundError } from "../errors.ts";
import type { Guard } from "../gate/admit.ts";
import { member, user } from "../gotrue/guard.ts";
import type { VerifiedUser } from "../gotrue/verify.ts";
import { isUuid } from "../names.ts";

/** Whose files a route is about: one's `own`, those of `everyone` with an account, or an organization's, by its id. */
export type Scope = { scope: string; organization?: string };

/** The scope of a route's path. Throws InvalidInput for what is none. */
export function scopeIn({ scope = "" }: Record<string, string>): Scope {
  if (scope === "own" || scope === "everyone") return { scope };
  if (isUuid(scope)) return { scope, organization: scope };
  throw new InvalidInputError('Files belong to "own", "everyone" or an organization, by its id', {
    hint: "Use a path such as storage/own/uploads.",
  });
}

/** Whom the gate lets in: an account of the project, or a member of the organization. */
export const holder: Guard<VerifiedUser> = (request) =>
  "organization" in request.input ? member("member")(request) : user()(request);

/** The key of a file: every part of it comes from a closed pattern. Throws NotFound for what is no file's id. */
export function fileKey(prefix: string, { scope, userId, id }: { scope: string; userId: string; id: string }): string {
  if (!isUuid(id)) {
    throw new NotFoundError("There is no such file", { hint: "Use the id that the upload was answered with." });
  }
  const folder = scope === "own" ? `users/${userId}` : scope === "everyone" ? scope : `organizations/${scope}`;
  return `${prefix}${folder}/${id}`;
}
