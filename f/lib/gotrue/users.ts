import { ConflictError, NotFoundError, UpstreamError } from "../errors.ts";
import type { Gotrue } from "./client.ts";

/** A user as GoTrue has it. Times are ISO 8601. */
export type GotrueUser = {
  id: string;
  email: string;
  createdAt: string;
  confirmedAt: string | null;
  lastSignInAt: string | null;
  bannedUntil: string | null;
  /** What the user says of themselves; nothing may rely on it. */
  metadata: Record<string, unknown>;
  /** What only the admin API writes. */
  appMetadata: Record<string, unknown>;
};

type Wire = {
  id: string;
  email?: string;
  created_at: string;
  email_confirmed_at?: string;
  last_sign_in_at?: string;
  banned_until?: string;
  user_metadata?: Record<string, unknown>;
  app_metadata?: Record<string, unknown>;
};

const FOREVER = "876000h"; // a hundred years: GoTrue knows no ban without an end
const PAGE = 50;
const MAX_PAGES = 20;

export async function getUser(gotrue: Gotrue, id: string): Promise<GotrueUser> {
  return toUser(await gotrue<Wire>({ method: "GET", path: `/admin/users/${id}` }));
}

/** The user with exactly this address, or nothing. */
export async function findUser(gotrue: Gotrue, email: string): Promise<GotrueUser | undefined> {
  const wanted = email.toLowerCase();
  for (let page = 1; page <= MAX_PAGES; page++) {
    const query = { page: String(page), per_page: String(PAGE), filter: wanted };
    const { users } = await gotrue<{ users: Wire[] }>({ method: "GET", path: "/admin/users", query });
    const found = users.find((user) => user.email?.toLowerCase() === wanted);
    if (found) return toUser(found);
    if (users.length < PAGE) return undefined;
  }
  throw new UpstreamError("GoTrue has too many users with an address like this one", {
    hint: "Pass the user's id instead.",
  });
}

/** The user with this address, made and confirmed when GoTrue does not know it. */
export async function ensureUser(gotrue: Gotrue, email: string): Promise<GotrueUser> {
  try {
    const body = { email, email_confirm: true };
    return toUser(await gotrue<Wire>({ method: "POST", path: "/admin/users", body }));
  } catch (error) {
    const found = error instanceof ConflictError ? await findUser(gotrue, email) : undefined;
    if (found) return found;
    throw error;
  }
}

export type UserChanges = {
  email?: string;
  metadata?: Record<string, unknown>;
  appMetadata?: Record<string, unknown>;
  banned?: boolean;
  confirmed?: true;
};

export async function changeUser(gotrue: Gotrue, id: string, changes: UserChanges): Promise<GotrueUser> {
  const { email, metadata, appMetadata, banned, confirmed } = changes;
  const body = {
    ...(email === undefined ? {} : { email }),
    ...(metadata === undefined ? {} : { user_metadata: metadata }),
    ...(appMetadata === undefined ? {} : { app_metadata: appMetadata }),
    ...(banned === undefined ? {} : { ban_duration: banned ? FOREVER : "none" }),
    ...(confirmed ? { email_confirm: true } : {}),
  };
  return toUser(await gotrue<Wire>({ method: "PUT", path: `/admin/users/${id}`, body }));
}

/** Answers whether there was such a user. */
export async function removeUser(gotrue: Gotrue, id: string): Promise<boolean> {
  try {
    await gotrue({ method: "DELETE", path: `/admin/users/${id}`, body: { should_soft_delete: false } });
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

/** A link that signs the user in once, and what it is made of; no mail is sent. */
export async function newLink(
  gotrue: Gotrue,
  type: "magiclink" | "recovery",
  { email, redirectTo }: { email: string; redirectTo?: string },
): Promise<{ link: string; hash: string; redirectTo: string }> {
  const body = { type, email, ...(redirectTo ? { redirect_to: redirectTo } : {}) };
  const made = await gotrue<{ action_link: string; hashed_token: string; redirect_to: string }>({
    method: "POST",
    path: "/admin/generate_link",
    body,
  });
  return { link: made.action_link, hash: made.hashed_token, redirectTo: made.redirect_to };
}

/**
 * Ends all sessions of a user. GoTrue signs out by a session of the user's own only, so one is begun for it. Who is
 * banned or not confirmed has no session that could be renewed.
 */
export async function endSessions(gotrue: Gotrue, user: GotrueUser): Promise<void> {
  const isBanned = user.bannedUntil !== null && new Date(user.bannedUntil) > new Date();
  if (isBanned || user.confirmedAt === null) return;
  const { hash } = await newLink(gotrue, "magiclink", { email: user.email });
  const body = { type: "magiclink", token_hash: hash };
  const { access_token: token } = await gotrue<{ access_token: string }>({
    method: "POST",
    path: "/verify",
    body,
    token: "",
  });
  await gotrue({ method: "POST", path: "/logout", query: { scope: "global" }, token });
}

const toUser = (wire: Wire): GotrueUser => ({
  id: wire.id,
  email: wire.email ?? "",
  createdAt: wire.created_at,
  confirmedAt: wire.email_confirmed_at ?? null,
  lastSignInAt: wire.last_sign_in_at ?? null,
  bannedUntil: wire.banned_until ?? null,
  metadata: wire.user_metadata ?? {},
  appMetadata: wire.app_metadata ?? {},
});
