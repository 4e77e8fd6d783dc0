import { randomBytes } from "node:crypto";
import type { JWTPayload } from "jose";
import type { Gotrue } from "./gotrue.ts";
import { Refusal } from "./refusal.ts";
import type { RefreshToken, Session, User } from "./store.ts";
import { isBanned, toJson, update } from "./users.ts";

/** Starts a session and answers its tokens. */
export async function signIn(gotrue: Gotrue, user: User, method: "password" | "otp") {
  const { store } = gotrue;
  const { session, token, signedIn } = store.transaction(() => {
    const session: Session = { id: crypto.randomUUID(), userId: user.id, createdAt: new Date().toISOString(), method };
    store.session.add(session);
    const token = nextToken(gotrue, session, null);
    return { session, token, signedIn: update(store, user, { lastSignInAt: session.createdAt }) };
  });
  return tokensOf(gotrue, signedIn, session, token);
}

/**
 * Swaps a refresh token for the next of its family. One that was swapped already gives the one it was swapped for (a
 * client may have lost the answer); one from further back ends the whole family: somebody else has it.
 */
export async function refresh(gotrue: Gotrue, used: string) {
  const { store, settings } = gotrue;
  const outcome = store.transaction(() => {
    const token = store.refresh.find(used);
    const session = token && store.session.byId(token.sessionId);
    const user = session && store.user.byId(session.userId);
    if (!token || !session || !user)
      return new Refusal(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");
    if (isBanned(user)) return new Refusal(400, "user_banned", "Invalid Refresh Token: User Banned");
    if (!token.revoked) return { user, session, next: nextToken(gotrue, session, token) };
    const active = store.refresh.activeOf(session.id);
    if (active?.parent === token.token) return { user, session, next: active };
    if (active && Date.now() <= token.updatedAt + settings.reuseSeconds * 1000)
      return { user, session, next: nextToken(gotrue, session, active) };
    store.refresh.revokeAllOf(session.id);
    return new Refusal(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used");
  });
  if (outcome instanceof Refusal) throw outcome; // outside: what was revoked stays revoked
  return tokensOf(gotrue, outcome.user, outcome.session, outcome.next);
}

function nextToken({ store }: Gotrue, session: Session, parent: RefreshToken | null): RefreshToken {
  const now = Date.now();
  if (parent) store.refresh.revoke(parent.token, now);
  const token = {
    token: randomBytes(16).toString("base64url"),
    sessionId: session.id,
    parent: parent?.token ?? null,
    revoked: false,
    updatedAt: now,
  };
  store.refresh.add(token);
  return token;
}

async function tokensOf({ keys, settings }: Gotrue, user: User, session: Session, refreshToken: RefreshToken) {
  const now = Math.floor(Date.now() / 1000);
  const claims: JWTPayload = {
    iss: settings.issuer,
    sub: user.id,
    aud: "authenticated",
    exp: now + settings.tokenSeconds,
    iat: now,
    email: user.email,
    phone: "",
    app_metadata: user.appMetadata,
    user_metadata: user.userMetadata,
    role: "authenticated",
    aal: "aal1",
    amr: [{ method: session.method, timestamp: Math.floor(Date.parse(session.createdAt) / 1000) }],
    session_id: session.id,
    is_anonymous: false,
  };
  return {
    access_token: await keys.sign(claims),
    token_type: "bearer",
    expires_in: settings.tokenSeconds,
    expires_at: claims.exp,
    refresh_token: refreshToken.token,
    user: toJson(user),
  };
}
