import { emailExists, validationFailed } from "./refusal.ts";
import type { Store, User } from "./store.ts";

/** What a caller sees of a user. */
export function toJson(user: User) {
  const identity = {
    identity_id: user.id,
    id: user.id,
    user_id: user.id,
    identity_data: {
      email: user.email,
      email_verified: user.confirmedAt !== null,
      phone_verified: false,
      sub: user.id,
    },
    provider: "email",
    last_sign_in_at: user.createdAt,
    created_at: user.createdAt,
    updated_at: user.createdAt,
    email: user.email,
  };
  const times = {
    invited_at: user.invitedAt,
    email_confirmed_at: user.confirmedAt,
    confirmed_at: user.confirmedAt,
    confirmation_sent_at: user.confirmationSentAt,
    recovery_sent_at: user.recoverySentAt,
    last_sign_in_at: user.lastSignInAt,
    banned_until: user.bannedUntil,
  };
  return {
    id: user.id,
    aud: "authenticated",
    role: "authenticated",
    email: user.email,
    phone: "",
    ...Object.fromEntries(Object.entries(times).filter(([, time]) => time !== null)),
    app_metadata: user.appMetadata,
    user_metadata: user.userMetadata,
    identities: [identity],
    created_at: user.createdAt,
    updated_at: user.updatedAt,
    is_anonymous: false,
  };
}

/** Keeps a user that is not confirmed yet. Throws when the address is taken. */
export function createUser(
  store: Store,
  {
    email,
    id = crypto.randomUUID(),
    passwordHash = null,
    data = {},
  }: { email: string; id?: string; passwordHash?: string | null; data?: Record<string, unknown> },
): User {
  if (store.user.byEmail(email)) throw emailExists();
  const now = new Date().toISOString();
  const user: User = {
    id,
    email,
    passwordHash,
    userMetadata: data,
    appMetadata: { provider: "email", providers: ["email"] },
    createdAt: now,
    updatedAt: now,
    invitedAt: null,
    confirmedAt: null,
    confirmationSentAt: null,
    recoverySentAt: null,
    lastSignInAt: null,
    bannedUntil: null,
  };
  store.user.save(user);
  return user;
}

export function update(store: Store, user: User, changes: Partial<User>): User {
  const updated = { ...user, ...changes, updatedAt: new Date().toISOString() };
  store.user.save(updated);
  return updated;
}

export const isBanned = ({ bannedUntil }: User): boolean => bannedUntil !== null && new Date(bannedUntil) > new Date();

/** An address in the one spelling that GoTrue keeps. */
export function emailOf(value: unknown): string {
  if (typeof value !== "string" || value === "") throw validationFailed("An email address is required");
  const email = value.trim().toLowerCase();
  if (/^[^\s@"<>]{1,64}@(?:[a-z0-9-]+\.)+[a-z0-9-]+$/.test(email) && email.length <= 255) return email;
  throw validationFailed("Unable to validate email address: invalid format");
}

export const hashOf = (password: string): Promise<string> =>
  Bun.password.hash(password, { algorithm: "bcrypt", cost: 6 });

export const isPasswordOf = async (user: User, password: string): Promise<boolean> =>
  user.passwordHash !== null && (await Bun.password.verify(password, user.passwordHash));
