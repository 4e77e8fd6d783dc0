import { isDeepStrictEqual } from "node:util";
import { hostFor, publicUrl } from "../caddy/hosts.ts";
import { ConflictError } from "../errors.ts";
import { folderOf, projectName, schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import type { CaddyValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import type { Environment } from "./kinds/kind.ts";
import { findProject, type Project, refuseOther } from "./record.ts";
import { templateName } from "./templates.ts";

export type ProjectRequest = {
  project: string;
  template: string;
  environment?: Environment;
};

export type ProjectPorts = {
  sql: Sql;
  workspace: Workspace;
  caddy: CaddyValue;
  /** When the caller asked for the project; now, when nobody knows. */
  commandedAt?: () => Promise<Date | undefined>;
};

export type EnsuredProject = {
  project: string;
  template: string;
  schema: string;
  folder: string;
  host: string;
  url: string;
  status: "created" | "updated" | "unchanged";
};

/**
 * Makes a project exist in our records and in Windmill: its row, its folder, and the resource that tells public routes
 * which origins are its own. Origins that somebody added there stay. Throws InvalidInput for a name or template that
 * cannot be one, Conflict for a project that was made from another template or that is another's environment.
 */
export async function ensureProject(
  { sql, workspace, caddy, commandedAt = async () => undefined }: ProjectPorts,
  request: ProjectRequest,
): Promise<EnsuredProject> {
  const project = projectName(request.project);
  const template = templateName(request.template);
  const host = hostFor(project, null, caddy);
  const url = publicUrl(host, caddy);
  const asked = { project, template, environment: request.environment ?? null };
  return operate({ sql, verb: "infra/projects/ensure_project", project, arguments: asked }, async () => {
    const before = await findProject(sql, project);
    if (before && request.environment) refuseOther(before, request.environment.of);
    if (before && before.template !== template) throw madeFromOther(before);
    const since = before ? undefined : await commandedAt();
    const recorded = await record(sql, { ...request, project, template, url, since }, before);
    await workspace.ensureFolder(folderOf(project));
    const allowed = await allowOrigin(workspace, project, { origin: new URL(url).origin, instead: before?.url });
    const status = !before ? "created" : recorded || allowed ? "updated" : "unchanged";
    return { project, template, schema: schemaOf(project), folder: folderOf(project), host, url, status };
  });
}

/** Writes the record where it is not as it must be; answers whether it had to be written. */
async function record(
  sql: Sql,
  { project, template, url, environment, since }: ProjectRequest & { url: string; since?: Date },
  before: Project | undefined,
): Promise<boolean> {
  const endless = environment?.preview && !before?.expiresAt;
  if (before?.url === url && !endless) return false;
  await sql.query(
    `insert into run8n.project as p (name, template, status, url, environment_of, environment, expires_at, created_at)
     values ($1, $2, 'provisioning', $3, $4, $5, now() + make_interval(days => $6), coalesce($7, now()))
     on conflict (name) do update
       set url = excluded.url, expires_at = coalesce(p.expires_at, excluded.expires_at), updated_at = now()`,
    [
      project,
      template,
      url,
      environment?.of ?? project,
      environment?.name ?? "production",
      environment?.preview?.days ?? null,
      since ?? null,
    ],
  );
  return true;
}

/** Writes the project's resource when it is not as it must be. */
async function allowOrigin(
  workspace: Workspace,
  project: string,
  { origin, instead }: { origin: string; instead?: string },
): Promise<boolean> {
  const path = `${folderOf(project)}/project`;
  const found = await workspace.getResource(path);
  const settings = settingsOf(found, { project, origin, instead });
  if (isDeepStrictEqual(found, settings)) return false;
  await workspace.setResource(path, "run8n_project", settings);
  return true;
}

/** What a project's resource must hold: its own origin first; one that it had before under another URL goes, others stay. */
export function settingsOf(
  found: unknown,
  { project, origin, instead }: { project: string; origin: string; instead?: string },
): { name: string; origins: unknown[] } {
  const { origins } = (found ?? {}) as { origins?: unknown };
  const earlier = instead && new URL(instead).origin;
  const others = (Array.isArray(origins) ? origins : []).filter((one) => one !== origin && one !== earlier);
  return { name: project, origins: [origin, ...others] };
}

const madeFromOther = ({ project, template }: Project): ConflictError =>
  new ConflictError(`Project ${project} exists already, made from the template ${template}`, {
    hint: `Pass template "${template}" to go on with it, or choose another name.`,
    details: { template },
  });
