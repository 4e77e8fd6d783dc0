import { ConflictError } from "../errors.ts";
import { projectSettings } from "../gate/project.ts";
import { newLink } from "../gotrue/users.ts";
import { folderOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { type OperatorPorts, requireAccountOf } from "./operator.ts";

export type RecoveryLink = {
  id: string;
  email: string;
  /** The secret variable that holds the link. */
  secret: string;
  /** Where the link leads to in the end. */
  leadsTo: string;
  status: "created";
};

/**
 * Makes a link by which a user chooses another password, without sending it, and keeps it as a secret variable of the
 * project. It works once, and ends any earlier link. Throws Conflict when GoTrue does not lead back to the project's
 * site, because its allow-list lacks it.
 */
export async function createRecoveryLink(
  { sql, gotrue, workspace }: OperatorPorts & { workspace: Workspace },
  { project, user }: { project: string; user: string },
): Promise<RecoveryLink> {
  return operate({ sql, verb: "infra/auth/create_recovery_link", project, arguments: { project } }, async () => {
    const { id, email } = await requireAccountOf(sql, project, user);
    const origin = (await projectSettings(workspace, project))?.origins[0];
    const wanted = origin && `${origin}/account`;
    const { link, redirectTo } = await newLink(gotrue, "recovery", {
      email,
      ...(wanted ? { redirectTo: wanted } : {}),
    });
    if (wanted && redirectTo !== wanted) {
      throw new ConflictError("GoTrue does not lead back to the project's site", {
        hint: "Add its origin to GOTRUE_URI_ALLOW_LIST; see f/infra/auth/check_settings.",
        details: { origin },
      });
    }
    const secret = `${folderOf(project)}/recovery_link_${id.replaceAll("-", "")}`;
    await workspace.ensureFolder(folderOf(project));
    await workspace.setSecret(secret, link, "A link by which a user chooses another password; it works once");
    return { id, email, secret, leadsTo: redirectTo, status: "created" };
  });
}
