import { createHash, randomInt } from "node:crypto";
import type { Gotrue } from "./gotrue.ts";
import { banned, otpExpired, validationFailed } from "./refusal.ts";
import type { OneTimeToken, User } from "./store.ts";
import { isBanned, update } from "./users.ts";

/** Why a mail with a token was sent; what GoTrue calls its verification types. */
export type Purpose = "signup" | "invite" | "magiclink" | "recovery";

const KIND: Record<Purpose, OneTimeToken["kind"]> = {
  signup: "confirmation",
  invite: "confirmation",
  magiclink: "recovery",
  recovery: "recovery",
};

/** Six digits to type and a hash for the link: two ways to show the same token. Only the hash is kept. */
export function newOneTimeToken(
  { store }: Gotrue,
  user: User,
  purpose: Purpose,
): { otp: string; hash: string; user: User } {
  const otp = String(randomInt(1_000_000)).padStart(6, "0");
  const hash = hashOf(user.email, otp);
  const now = new Date();
  const time = now.toISOString();
  return store.transaction(() => {
    store.oneTime.set({ userId: user.id, kind: KIND[purpose], hash, sentAt: now.getTime() });
    const sent = KIND[purpose] === "confirmation" ? { confirmationSentAt: time } : { recoverySentAt: time };
    return { otp, hash, user: update(store, user, { ...sent, ...(purpose === "invite" ? { invitedAt: time } : {}) }) };
  });
}

export type Proof = { type: string; hash: string } | { type: string; email: string; otp: string };

/** Uses a one-time token up and answers its user, whose address is confirmed now. Throws for one that is not good. */
export function useOneTimeToken({ store, settings }: Gotrue, proof: Proof): User {
  const hash = "hash" in proof ? proof.hash : hashOf(proof.email, proof.otp);
  return store.transaction(() => {
    const token = store.oneTime.byHash(hash);
    const user = token && store.user.byId(token.userId);
    if (!token || !user || !kindsOf(proof.type).includes(token.kind)) throw otpExpired();
    if (Date.now() > token.sentAt + settings.otpSeconds * 1000) throw otpExpired();
    if (isBanned(user)) throw banned();
    store.oneTime.removeAllOf(user.id);
    return user.confirmedAt ? user : update(store, user, { confirmedAt: new Date().toISOString() });
  });
}

function kindsOf(type: string): OneTimeToken["kind"][] {
  if (type === "email") return ["confirmation", "recovery"];
  const kind = Object.hasOwn(KIND, type) ? KIND[type as Purpose] : undefined;
  if (!kind) throw validationFailed("Invalid email verification type");
  return [kind];
}

const hashOf = (email: string, otp: string): string =>
  createHash("sha224")
    .update(email + otp)
    .digest("hex");
