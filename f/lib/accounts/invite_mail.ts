import { ConflictError, PreconditionError } from "../errors.ts";
import { projectSettings } from "../gate/project.ts";
import type { Gotrue } from "../gotrue/client.ts";
import type { Workspace } from "../windmill/workspace.ts";

/** Mails an invitation that leads to the account page of the project's site: `<origin>/account?invite=<id>`. */
export async function mailInvite(
  { gotrue, workspace }: { gotrue: Gotrue; workspace: Pick<Workspace, "getResource"> },
  { project, email, invite }: { project: string; email: string; invite: string },
): Promise<void> {
  const origin = (await projectSettings(workspace, project))?.origins[0];
  if (!origin) {
    throw new PreconditionError("The project has no origin to lead to", { hint: "Run ensure_project for it." });
  }
  await sendInvite(gotrue, email, `${origin}/account?invite=${invite}`);
}

/**
 * Sends an address a link that signs its owner in and leads to where the app wants: an invitation for one that GoTrue
 * does not know, a sign-in link for one that it knows. Which of the two it was is not told.
 */
async function sendInvite(gotrue: Gotrue, email: string, redirectTo: string): Promise<void> {
  const query = { redirect_to: redirectTo };
  try {
    await gotrue({ method: "POST", path: "/invite", query, body: { email } });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await gotrue({ method: "POST", path: "/otp", query, body: { email, create_user: false } });
  }
}
