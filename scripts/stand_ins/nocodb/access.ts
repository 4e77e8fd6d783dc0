import { createHmac, randomBytes, randomUUID, scryptSync, timingSafeEqual } from "node:crypto";
import type { User } from "./metadata.ts";
import { forbidden, noToken, plain, unauthenticated } from "./refused.ts";
import { newId, type Store } from "./store.ts";

export type Caller = { user: User; byToken: boolean };
const RANKS = ["no-access", "viewer", "commenter", "editor", "creator", "owner"];
export type Role = "viewer" | "editor" | "creator" | "owner";

const hashOf = (password: string, salt = randomBytes(12).toString("hex")): string =>
  `${salt}:${scryptSync(password, salt, 32).toString("hex")}`;
const isPassword = (user: User, password: unknown): boolean => {
  const [salt] = (user.password_hash ?? "").split(":");
  if (!salt || typeof password !== "string") return false;
  return timingSafeEqual(Buffer.from(hashOf(password, salt)), Buffer.from(user.password_hash as string));
};

/** The first user, who may do everything; a changed password in the environment is taken over, as NocoDB does. */
export async function ensureAdmin(store: Store, email: string, password: string): Promise<void> {
  const found = store.all("user").find((user) => user.email === email);
  if (found && isPassword(found, password)) return;
  const user = found ?? newUser(email, "org-level-creator,super");
  await store.put("user", { ...user, password_hash: hashOf(password), invite_token: null });
}

export const newUser = (email: string, roles: string): User => ({
  id: newId("us"),
  email,
  roles,
  password_hash: null,
  invite_token: randomUUID(),
  reset_password_token: null,
  token_version: randomBytes(20).toString("hex"),
});

/** Session tokens, signed with a secret of this installation. */
export async function openSessions(store: Store) {
  const kept = store.find("setting", "secret")?.value as string | undefined;
  const secret = kept ?? randomBytes(32).toString("hex");
  if (!kept) await store.put("setting", { id: "secret", value: secret });
  const sign = (user: User) =>
    `${user.id}.${createHmac("sha256", secret)
      .update(user.id + user.token_version)
      .digest("base64url")}`;
  return {
    signIn({ email, password }: { email?: unknown; password?: unknown }) {
      const user = store.all("user").find((one) => one.email === email);
      if (!user || !isPassword(user, password)) throw plain(400, "Invalid credentials");
      return { token: sign(user) };
    },
    async signUp({ email, password, token }: { email?: unknown; password?: unknown; token?: unknown }) {
      const invited = store.all("user").find((one) => one.invite_token !== null && one.invite_token === token);
      const isOpen = store.find("setting", "invite_only_signup")?.value !== true;
      if (!invited && !isOpen) throw plain(400, "Not allowed to signup, contact super admin.");
      if (invited && invited.email !== email) throw plain(400, "Invalid invite url");
      if (typeof password !== "string" || password.length < 8)
        throw plain(400, "Password must be at least 8 characters");
      if (!invited && store.all("user").some((one) => one.email === email)) throw plain(400, "User already exist");
      const user = invited ?? newUser(String(email), "org-level-viewer");
      await store.put("user", { ...user, password_hash: hashOf(password), invite_token: null });
      return { token: sign(user) };
    },
    /** Another password, for whoever was given the word for it; sessions end with it, tokens do not. */
    async reset(word: string | undefined, { password }: { password?: unknown }) {
      const user = store.all("user").find((one) => one.reset_password_token && one.reset_password_token === word);
      if (!user) throw plain(400, "Invalid reset url");
      if (typeof password !== "string" || password.length < 8)
        throw plain(400, "Password must be at least 8 characters");
      const token_version = randomBytes(20).toString("hex");
      await store.put("user", { ...user, password_hash: hashOf(password), token_version, reset_password_token: null });
      return { msg: "Password has been updated successfully" };
    },
    /** Who calls: by a session in `xc-auth`, or by an API token in `xc-token`. */
    callerOf(headers: Headers): Caller {
      const session = headers.get("xc-auth");
      const user = session && store.find("user", session.split(".")[0] ?? "");
      if (user && sign(user) === session) return { user, byToken: false };
      const token = store.all("token").find((one) => one.token === headers.get("xc-token"));
      const owner = token && store.find("user", token.fk_user_id);
      if (owner) return { user: owner, byToken: true };
      throw unauthenticated();
    },
  };
}

export const isSuper = ({ user }: Caller): boolean => user.roles.split(",").includes("super");

/** Refuses callers whose role in the base is not enough. */
export function requireRole(store: Store, caller: Caller, base: string, needed: Role): void {
  if (isSuper(caller)) return;
  const roles = store.find("member", `${base}:${caller.user.id}`)?.roles ?? "no-access";
  if (RANKS.indexOf(roles) < RANKS.indexOf(needed)) throw forbidden(needed);
}

export function requireSession(caller: Caller): void {
  if (caller.byToken) throw noToken();
}

export function requireSuper(caller: Caller): void {
  requireSession(caller);
  if (!isSuper(caller)) throw forbidden("org");
}
