import { ConflictError } from "../errors.ts";
import type { Gotrue } from "./client.ts";

/** What GoTrue says publicly of how it is set up. */
export type GotrueSettings = { disableSignup: boolean; autoconfirm: boolean; providers: string[] };

export async function readSettings(gotrue: Gotrue): Promise<GotrueSettings> {
  const settings = await gotrue<{
    disable_signup?: boolean;
    mailer_autoconfirm?: boolean;
    external?: Record<string, boolean>;
  }>({ method: "GET", path: "/settings", token: "" });
  return {
    disableSignup: settings.disable_signup === true,
    autoconfirm: settings.mailer_autoconfirm !== false,
    providers: Object.entries(settings.external ?? {}).flatMap(([name, enabled]) => (enabled ? [name] : [])),
  };
}

/**
 * Where addresses count as proof, they must have been confirmed: with autoconfirm anyone may sign up as anyone.
 * Throws Conflict.
 */
export async function requireConfirmedAddresses(gotrue: Gotrue): Promise<void> {
  if (!(await readSettings(gotrue)).autoconfirm) return;
  throw new ConflictError("Invitations do not work here, because the addresses of users are not confirmed", {
    hint: "Ask the operator to turn GOTRUE_MAILER_AUTOCONFIRM off and to set an SMTP server.",
  });
}
