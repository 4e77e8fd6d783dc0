import { ConflictError, PreconditionError } from "../errors.ts";
import { projectSettings } from "../gate/project.ts";
import { type Gotrue, openGotrue } from "../gotrue/client.ts";
import { GOTRUE } from "../gotrue/rules.ts";
import { type GotrueValue, namedResource } from "../resources.ts";
import { jobWorkspace } from "../windmill/workspace.ts";

/** Mails an invitation that leads to the account page of the project's site: `<origin>/account?invite=<id>`. */
export async function mailInvite(project: string, email: string, invite: string): Promise<void> {
  const [gotrue, settings] = await Promise.all([
    namedResource<GotrueValue>(GOTRUE),
    projectSettings(jobWorkspace(), project),
  ]);
  const origin = settings?.origins[0];
  if (!origin)
    throw new PreconditionError("The project has no origin to lead to", { hint: "Run ensure_project for it." });
  await sendInvite(openGotrue(gotrue), email, `${origin}/account?invite=${invite}`);
}

/**
 * Sends an address a link that signs its owner in and leads to where the app wants: an invitation for one that GoTrue
 * does not know, a sign-in link for one that it knows. Which of the two it was is not told.
 */
export async function sendInvite(gotrue: Gotrue, email: string, redirectTo: string): Promise<void> {
  const query = { redirect_to: redirectTo };
  try {
    await gotrue({ method: "POST", path: "/invite", query, body: { email } });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await gotrue({ method: "POST", path: "/otp", query, body: { email, create_user: false } });
  }
}
