import { requireUser } from "../callers.ts";
import type { Gotrue } from "../gotrue.ts";
import { newPassword } from "../passwords.ts";
import { Refusal, unsupported, validationFailed } from "../refusal.ts";
import { bodyOf, isObject, queryOf } from "../request.ts";
import type { User } from "../store.ts";
import { emailOf, hashOf, isPasswordOf, toJson, update } from "../users.ts";

/** `GET /user` */
export async function readUser(gotrue: Gotrue, request: Request): Promise<Response> {
  return Response.json(toJson((await requireUser(gotrue, request)).user));
}

/** `PUT /user`: the password and what the user says of themselves. Another password ends the other sessions. */
export async function updateUser(gotrue: Gotrue, request: Request): Promise<Response> {
  const { user, session } = await requireUser(gotrue, request);
  const body = await bodyOf(request, ["password", "data", "email"]);
  if (body.email !== undefined && emailOf(body.email) !== user.email) throw unsupported("a change of address");
  const changes: Partial<User> = {};
  if (isObject(body.data)) changes.userMetadata = merged(user.userMetadata, body.data);
  if (body.password !== undefined) {
    const password = newPassword(gotrue.settings, body.password);
    if (await isPasswordOf(user, password))
      throw new Refusal(422, "same_password", "New password should be different from the old password.");
    changes.passwordHash = await hashOf(password);
  }
  const updated = gotrue.store.transaction(() => {
    if (changes.passwordHash) gotrue.store.session.removeAllOf(user.id, session.id);
    return update(gotrue.store, user, changes);
  });
  return Response.json(toJson(updated));
}

/** `POST /logout`: all sessions of the user unless the scope says otherwise. */
export async function signOut(gotrue: Gotrue, request: Request): Promise<Response> {
  const { user, session } = await requireUser(gotrue, request);
  const scope = queryOf(request).get("scope") ?? "global";
  if (scope === "global") gotrue.store.session.removeAllOf(user.id);
  else if (scope === "others") gotrue.store.session.removeAllOf(user.id, session.id);
  else if (scope === "local") gotrue.store.session.remove(session.id);
  else throw validationFailed(`Unsupported logout scope "${scope}"`);
  return new Response(null, { status: 204 });
}

/** Fields of one level are replaced, those set to null go; what is not named stays. */
export function merged(before: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null));
}
