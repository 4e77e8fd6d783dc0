import { ForbiddenError, NotFoundError, UpstreamError } from "../errors.ts";
import { folderOf, projectName } from "../names.ts";
import { jobWorkspace, type Workspace } from "../windmill/workspace.ts";
import { header, type RouteEvent } from "./event.ts";

/** What a project's resource `f/project_<schema>/project` says of it. */
export type ProjectSettings = { name: string; origins: string[] };

/** The settings of a project, or nothing when there is no such project. */
export async function projectSettings(
  workspace: Pick<Workspace, "getResource">,
  project: string,
): Promise<ProjectSettings | undefined> {
  const path = `${folderOf(project)}/project`;
  const value = (await workspace.getResource(path)) as Partial<ProjectSettings> | undefined;
  if (value === undefined) return undefined;
  if (!Array.isArray(value?.origins)) {
    throw new UpstreamError(`Resource ${path} has no list of origins`, { hint: "Run ensure_project for the project." });
  }
  return { name: project, origins: value.origins };
}

/** The first of the project's own origins: where a link leads that nobody's browser has asked for. */
export async function publicOrigin(
  project: string,
  workspace: Pick<Workspace, "getResource"> = jobWorkspace(),
): Promise<string> {
  const [first] = (await projectSettings(workspace, project))?.origins ?? [];
  if (first) return first;
  throw new UpstreamError("The project has no address yet", { hint: "Run apply_project for it." });
}

/** The other parts of a path that a route may take: ids, and nothing that could mean more. */
const PARAMETER = "([A-Za-z0-9_-]{1,64})";

/**
 * The project and the other `:names` of a route, as the path has them and not as `params` does: a parameter may have
 * been replaced by a secret that looks like a name. Throws NotFound for what is not a name.
 */
export function pathParameters(event: RouteEvent, route: string): { project: string } & Record<string, string> {
  const names = [...route.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  const pattern = new RegExp(`^/?(?:[\\w-]+/)?${route.replace(/:\w+/g, PARAMETER)}/?$`);
  const [, ...values] = (typeof event.path === "string" && pattern.exec(event.path)) || [];
  const parameters = Object.fromEntries(names.map((name, at) => [name, values[at] ?? ""]));
  try {
    return { ...parameters, project: projectName(parameters.project) };
  } catch {
    throw unknownProject();
  }
}

/** Says no more than that: a stranger learns nothing about which names exist or could. */
export const unknownProject = (): NotFoundError =>
  new NotFoundError("There is no such project here", { hint: "Check the address that the request was sent to." });

/**
 * The one of the project's own origins that the request comes from, or nothing for a client that is not a browser page;
 * nothing also for a page below a domain that the project has as a wildcard, which calls its own host and needs no leave.
 * Throws Forbidden for any other origin.
 */
export function originOf(event: RouteEvent, { origins }: ProjectSettings): string {
  const sent = header(event, "origin");
  if (sent === undefined) return "";
  const own = origins.find((origin) => origin === sent && !origin.includes("*"));
  if (own !== undefined) return own;
  const [, scheme, rest] = /^(https?:\/\/)[a-z0-9-]+(\..+)$/.exec(sent) ?? [];
  if (origins.includes(`${scheme}*${rest}`)) return "";
  throw new ForbiddenError("The page that sent this is not on one of the project's own origins", {
    hint: "Send it from the project's own site, or add the origin to the project's resource.",
  });
}
