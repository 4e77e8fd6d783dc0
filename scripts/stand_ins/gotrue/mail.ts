import { createTransport } from "nodemailer";
import type { Gotrue } from "./gotrue.ts";
import { newOneTimeToken, type Purpose } from "./one_time.ts";
import { Refusal } from "./refusal.ts";
import type { User } from "./store.ts";

const TEXTS: Record<Purpose, { subject: string; says: string }> = {
  signup: { subject: "Confirm your sign-up", says: "Follow this link to confirm your address" },
  invite: { subject: "You have been invited", says: "Follow this link to accept the invitation" },
  magiclink: { subject: "Your sign-in link", says: "Follow this link to sign in" },
  recovery: { subject: "Reset your password", says: "Follow this link to choose another password" },
};

/** Where the link of a mail leads: to us, and from there back to the app. */
export function linkOf({ settings }: Gotrue, hash: string, purpose: Purpose, redirectTo: string): string {
  const query = new URLSearchParams({ token: hash, type: purpose, redirect_to: redirectTo });
  return `${settings.externalUrl}/verify?${query}`;
}

/**
 * Sends a person a link and a code. Without an SMTP server nothing is sent, as with the real one.
 * Throws when the last mail of this kind is too recent, or when it could not be handed over.
 */
export async function sendToken(gotrue: Gotrue, before: User, purpose: Purpose, redirectTo: string): Promise<User> {
  const { settings } = gotrue;
  const last = purpose === "signup" || purpose === "invite" ? before.confirmationSentAt : before.recoverySentAt;
  const wait = last ? Date.parse(last) + settings.mailEverySeconds * 1000 - Date.now() : 0;
  if (wait > 0) {
    const seconds = Math.ceil(wait / 1000);
    const text = `For security purposes, you can only request this after ${seconds} seconds.`;
    throw new Refusal(429, "over_email_send_rate_limit", text);
  }
  const { otp, hash, user } = newOneTimeToken(gotrue, before, purpose);
  if (!settings.smtp) return user;
  const { host, port, from } = settings.smtp;
  const { subject, says } = TEXTS[purpose];
  const link = linkOf(gotrue, hash, purpose, redirectTo);
  const href = link.replaceAll("&", "&amp;");
  try {
    await createTransport({ host, port, ignoreTLS: true }).sendMail({
      from,
      to: user.email,
      subject,
      text: `${says}:\n\n${link}\n\nOr enter the code: ${otp}\n`,
      html: `<h2>${subject}</h2><p><a href="${href}">${says}</a></p><p>Or enter the code: <b>${otp}</b></p>`,
    });
  } catch (error) {
    console.error(`mail to ${host}:${port}: ${(error as Error).message}`);
    throw new Refusal(500, "unexpected_failure", `Error sending ${purpose} email`);
  }
  return user;
}
