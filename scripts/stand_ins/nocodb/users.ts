import { randomBytes, randomUUID } from "node:crypto";
import { newUser, type openSessions, requireRole, requireSession, requireSuper } from "./access.ts";
import type { basesOf } from "./bases.ts";
import { badBody, missing, plain } from "./refused.ts";
import { onePage, type Route } from "./serve.ts";
import type { Store } from "./store.ts";

/** Users, their part in bases, and their API tokens; tokens are for sessions only, as in NocoDB. */
export function usersOf(
  store: Store,
  bases: ReturnType<typeof basesOf>,
  sessions: Awaited<ReturnType<typeof openSessions>>,
) {
  const shown = ({
    password_hash: _,
    token_version: __,
    reset_password_token: ___,
    ...user
  }: ReturnType<typeof newUser>) => user;
  const members: Route = ({ caller, params }) => {
    const base = bases.find(params.base as string);
    requireRole(store, caller, base.id, "viewer");
    const list = store
      .all("member")
      .filter((one) => one.base_id === base.id)
      .flatMap((member) => {
        const user = store.find("user", member.user_id);
        return user ? [{ ...shown(user), main_roles: user.roles, roles: member.roles, base_id: base.id }] : [];
      });
    return { users: onePage(list) };
  };
  /** Every member may invite, as far as the own role goes. */
  const invite: Route = async ({ caller, params, body }) => {
    const base = bases.find(params.base as string);
    requireRole(store, caller, base.id, body?.roles);
    if (typeof body?.email !== "string") throw badBody("Invalid request body");
    const user = store.all("user").find((one) => one.email === body.email) ?? newUser(body.email, "org-level-viewer");
    if (store.find("member", `${base.id}:${user.id}`))
      throw plain(400, `${user.email} with role ${body.roles} already exists in this base`);
    await store.put("user", user);
    await store.put("member", { id: `${base.id}:${user.id}`, base_id: base.id, user_id: user.id, roles: body.roles });
    return { msg: "The user has been invited successfully" };
  };
  const updateMember: Route = async ({ caller, params, body }) => {
    requireSession(caller);
    requireRole(store, caller, params.base as string, "owner");
    const member = store.find("member", `${params.base}:${params.user}`);
    if (!member) throw plain(400, `User not found in base`);
    await store.put("member", { ...member, roles: body.roles });
    return { msg: "The user has been updated successfully" };
  };
  const removeMember: Route = async ({ caller, params }) => {
    requireSession(caller);
    requireRole(store, caller, params.base as string, "owner");
    await store.remove("member", `${params.base}:${params.user}`);
    return { msg: "The user has been deleted successfully" };
  };
  const createToken: Route = async ({ caller, body }) => {
    requireSession(caller);
    const id = Math.max(0, ...store.all("token").map((one) => one.id)) + 1;
    const token = {
      id,
      description: String(body?.description ?? ""),
      token: randomBytes(30).toString("base64url"),
      fk_user_id: caller.user.id,
    };
    await store.put("token", token);
    return token;
  };
  const removeToken: Route = async ({ caller, params }) => {
    requireSession(caller);
    const token = store.find("token", params.token as string);
    if (!token || token.fk_user_id !== caller.user.id) throw missing("Record", params.token as string);
    await store.remove("token", token.id);
  };
  const removeUser: Route = async ({ caller, params }) => {
    requireSuper(caller);
    const user = store.find("user", params.user as string);
    if (!user) throw missing("User", params.user as string);
    const idsOf = (kind: "member" | "token", isOf: (one: { user_id?: string; fk_user_id?: string }) => boolean) =>
      store.all(kind).flatMap((one) => (isOf(one) ? [one.id] : []));
    await store.remove("member", ...idsOf("member", (one) => one.user_id === user.id));
    await store.remove("token", ...idsOf("token", (one) => one.fk_user_id === user.id));
    await store.remove("user", user.id);
    return { msg: "The user has been deleted successfully" };
  };
  const resetUrl: Route = async ({ caller, params }) => {
    requireSuper(caller);
    const user = store.find("user", params.user as string);
    if (!user) throw missing("User", params.user as string);
    const reset = randomUUID();
    await store.put("user", { ...user, reset_password_token: reset });
    return { reset_password_token: reset, reset_password_url: `/dashboard/#/reset/${reset}` };
  };
  return {
    open: {
      "/api/v2/auth/user/signin": { POST: ({ body }) => sessions.signIn(body ?? {}) },
      "/api/v2/auth/password/reset/:token": { POST: ({ params, body }) => sessions.reset(params.token, body ?? {}) },
      "/api/v2/auth/user/signup": { POST: ({ body }) => sessions.signUp(body ?? {}) },
    } satisfies Record<string, Record<string, Route>>,
    routes: {
      "/api/v2/meta/bases/:base/users": { GET: members, POST: invite },
      "/api/v2/meta/bases/:base/users/:user": { PATCH: updateMember, DELETE: removeMember },
      "/api/v1/users": {
        GET: ({ caller }) => {
          requireSuper(caller);
          return onePage(store.all("user").map(shown));
        },
      },
      "/api/v1/users/:user": { DELETE: removeUser },
      "/api/v1/users/:user/generate-reset-url": { POST: resetUrl },
      "/api/v2/auth/user/me": { GET: ({ caller }) => shown(caller.user) },
      "/api/v1/tokens": {
        GET: ({ caller }) => {
          requireSession(caller);
          return onePage(store.all("token").filter((one) => one.fk_user_id === caller.user.id));
        },
        POST: createToken,
      },
      "/api/v1/tokens/:token": { DELETE: removeToken },
      "/api/v1/app-settings": {
        GET: ({ caller }) => {
          requireSuper(caller);
          return { invite_only_signup: store.find("setting", "invite_only_signup")?.value === true };
        },
        POST: async ({ caller, body }) => {
          requireSuper(caller);
          await store.put("setting", { id: "invite_only_signup", value: body?.invite_only_signup === true });
          return { msg: "The app settings have been saved" };
        },
      },
    } satisfies Record<string, Record<string, Route>>,
  };
}
