import { folderOf } from "../names.ts";
import type { Workspace } from "../windmill/workspace.ts";

/** The part of a workspace that this needs. */
export type Origins = Pick<Workspace, "getResource" | "setResource">;

/**
 * Says whether pages of an origin are the project's own, so that its public routes take what they send. The project's
 * own name is noted when the project is made; this is for the domains it brings. True when that changed something;
 * false also for a project that Windmill does not know.
 */
export async function noteOrigin(
  workspace: Origins,
  { project, url, own }: { project: string; url: string; own: boolean },
): Promise<boolean> {
  const path = `${folderOf(project)}/project`;
  const settings = (await workspace.getResource(path)) as { origins?: unknown } | undefined;
  if (!settings) return false;
  const before: unknown[] = Array.isArray(settings.origins) ? settings.origins : [];
  const { origin } = new URL(url);
  if (before.includes(origin) === own) return false;
  const origins = own ? [...before, origin] : before.filter((one) => one !== origin);
  await workspace.setResource(path, "run8n_project", { ...settings, origins });
  return true;
}
