import { isDeepStrictEqual } from "node:util";
import { hostFor, publicUrl } from "../caddy/hosts.ts";
import { ConflictError } from "../errors.ts";
import { folderOf, projectName, schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import type { CaddyValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { findProject, type Project } from "./record.ts";
import { templateName } from "./templates.ts";

export type ProjectPorts = { sql: Sql; workspace: Workspace; caddy: CaddyValue };

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
 * cannot be one, Conflict for a project that was made from another template.
 */
export async function ensureProject(
  { sql, workspace, caddy }: ProjectPorts,
  { project: name, template: wanted }: { project: string; template: string },
): Promise<EnsuredProject> {
  const project = projectName(name);
  const template = templateName(wanted);
  const host = hostFor(project, null, caddy);
  const url = publicUrl(host, caddy);
  const asked = { project, template };
  return operate({ sql, verb: "infra/projects/ensure_project", project, arguments: asked }, async () => {
    const before = await findProject(sql, project);
    if (before && before.template !== template) throw madeFromOther(before);
    if (before?.url !== url) await record(sql, { project, template, url });
    await workspace.ensureFolder(folderOf(project));
    const changed = await allowOrigin(workspace, project, { origin: new URL(url).origin, instead: before?.url });
    const status = !before ? "created" : changed || before.url !== url ? "updated" : "unchanged";
    return { project, template, schema: schemaOf(project), folder: folderOf(project), host, url, status };
  });
}

const record = (sql: Sql, { project, template, url }: { project: string; template: string; url: string }) =>
  sql.query(
    `insert into run8n.project (name, template, status, url) values ($1, $2, 'provisioning', $3)
     on conflict (name) do update set url = excluded.url, updated_at = now()`,
    [project, template, url],
  );

/** Writes the project's resource when its own origin is not in it; one that it had before under another URL goes. */
async function allowOrigin(
  workspace: Workspace,
  project: string,
  { origin, instead }: { origin: string; instead?: string },
): Promise<boolean> {
  const path = `${folderOf(project)}/project`;
  const found = (await workspace.getResource(path)) as { origins?: unknown } | undefined;
  const earlier = instead && new URL(instead).origin;
  const others = (Array.isArray(found?.origins) ? found.origins : []).filter(
    (one) => one !== origin && one !== earlier,
  );
  const settings = { name: project, origins: [origin, ...others] };
  if (isDeepStrictEqual(found, settings)) return false;
  await workspace.setResource(path, "run8n_project", settings);
  return true;
}

const madeFromOther = ({ project, template }: Project): ConflictError =>
  new ConflictError(`Project ${project} exists already, made from the template ${template}`, {
    hint: `Pass template "${template}" to go on with it, or choose another name.`,
    details: { template },
  });
