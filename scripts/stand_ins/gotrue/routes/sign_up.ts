import type { Gotrue } from "../gotrue.ts";
import { sendToken } from "../mail.ts";
import { newPassword } from "../passwords.ts";
import { allowedRedirect } from "../redirects.ts";
import { Refusal } from "../refusal.ts";
import { bodyOf, isObject, redirectAsked } from "../request.ts";
import { signIn } from "../sessions.ts";
import type { User } from "../store.ts";
import { createUser, emailOf, hashOf, toJson, update } from "../users.ts";

/** `POST /signup`: with a mail to confirm, or at once where the settings confirm by themselves. */
export async function signUp(gotrue: Gotrue, request: Request): Promise<Response> {
  const body = await bodyOf(request, ["email", "password", "data"]);
  refuseWhenClosed(gotrue);
  const password = newPassword(gotrue.settings, body.password);
  const email = emailOf(body.email);
  const known = gotrue.store.user.byEmail(email);
  const data = isObject(body.data) ? body.data : {};
  if (known?.confirmedAt) return alreadyThere(gotrue, known, data);
  const user = known ?? createUser(gotrue.store, { email, passwordHash: await hashOf(password), data });
  if (gotrue.settings.autoconfirm) {
    const confirmed = update(gotrue.store, user, { confirmedAt: new Date().toISOString() });
    return Response.json(await signIn(gotrue, confirmed, "password"));
  }
  const redirectTo = allowedRedirect(gotrue.settings, redirectAsked(request));
  return Response.json(toJson(await sendToken(gotrue, user, "signup", redirectTo)));
}

/** `POST /otp`: a link and a code by mail, for a new address too unless the caller says no. */
export async function sendOtp(gotrue: Gotrue, request: Request): Promise<Response> {
  const body = await bodyOf(request, ["email", "data", "create_user"]);
  const email = emailOf(body.email);
  const known = gotrue.store.user.byEmail(email);
  const redirectTo = allowedRedirect(gotrue.settings, redirectAsked(request));
  if (!known && body.create_user === false) throw new Refusal(422, "otp_disabled", "Signups not allowed for otp");
  if (!known) refuseWhenClosed(gotrue);
  const data = isObject(body.data) ? body.data : {};
  const user = known ?? createUser(gotrue.store, { email, data });
  await sendToken(gotrue, user, user.confirmedAt ? "magiclink" : "signup", redirectTo);
  return Response.json({});
}

/** `POST /recover`: the same answer for addresses that nobody has. */
export async function recover(gotrue: Gotrue, request: Request): Promise<Response> {
  const body = await bodyOf(request, ["email"]);
  const user = gotrue.store.user.byEmail(emailOf(body.email));
  if (user) await sendToken(gotrue, user, "recovery", allowedRedirect(gotrue.settings, redirectAsked(request)));
  return Response.json({});
}

/** `POST /resend` of a confirmation. */
export async function resend(gotrue: Gotrue, request: Request): Promise<Response> {
  const body = await bodyOf(request, ["email", "type"]);
  if (body.type !== "signup") throw new Refusal(501, "not_supported", "The gotrue stand-in resends sign-ups only");
  const user = gotrue.store.user.byEmail(emailOf(body.email));
  if (user && !user.confirmedAt)
    await sendToken(gotrue, user, "signup", allowedRedirect(gotrue.settings, redirectAsked(request)));
  return Response.json({});
}

function refuseWhenClosed({ settings }: Gotrue): void {
  if (settings.disableSignup) throw new Refusal(422, "signup_disabled", "Signups not allowed for this instance");
}

/** Looks like a new user with another id, so that nobody finds out who has an account; unless mails confirm nothing. */
function alreadyThere({ settings }: Gotrue, user: User, data: Record<string, unknown>): Response {
  if (settings.autoconfirm) throw new Refusal(422, "user_already_exists", "User already registered");
  const now = new Date().toISOString();
  const made = {
    ...user,
    id: crypto.randomUUID(),
    userMetadata: data,
    appMetadata: { provider: "email", providers: ["email"] },
    createdAt: now,
    updatedAt: now,
    confirmationSentAt: now,
    confirmedAt: null,
    invitedAt: null,
    recoverySentAt: null,
    lastSignInAt: null,
    bannedUntil: null,
  };
  return Response.json({ ...toJson(made), identities: [] });
}
