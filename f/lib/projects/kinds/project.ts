import { isDeepStrictEqual } from "node:util";
import { hostFor, publicUrl } from "../../caddy/hosts.ts";
import { folderOf } from "../../names.ts";
import { withTables } from "../../operations/tables.ts";
import type { CaddyValue } from "../../resources.ts";
import { ensureProject, settingsOf } from "../ensure.ts";
import { markDeleted } from "../mark.ts";
import { findProject, requireProject } from "../record.ts";
import type { Finding, Kind } from "./kind.ts";

/** The record itself, and the resource that names the project's own origins. */
export const projectKind: Kind = {
  kind: "project",
  async plan({ sql, workspace, connection }, { project, environment }) {
    const found = await findProject(sql, project);
    const what = `Project ${project}`;
    if (!found) return [{ action: "create", what, why: "there is no record of it", risk: "safe" }];
    const caddy = await connection<CaddyValue>("caddy");
    const url = publicUrl(hostFor(project, null, caddy), caddy);
    const path = settingsPath(project);
    const settings = await workspace.getResource(path);
    const wanted = settingsOf(settings, { project, origin: new URL(url).origin, instead: found.url });
    const update = (why: string): Finding => ({ action: "update", what, why, risk: "safe" });
    return [
      ...(found.url === url ? [] : [update("the server's domain is another one now")]),
      ...(environment.preview && !found.expiresAt ? [update("it is a preview and has no end")] : []),
      ...(isDeepStrictEqual(settings, wanted) ? [] : [update(`resource ${path} does not name its own origin`)]),
    ];
  },
  apply: async ({ sql, workspace, connection, commandedAt }, { project, manifest, environment }) =>
    ensureProject(
      { sql, workspace, caddy: await connection<CaddyValue>("caddy"), commandedAt },
      { project, template: manifest.template, environment },
    ),
  async env({ sql }, project) {
    const { url, environment } = await requireProject(sql, project);
    return { RUN8N_PROJECT: project, RUN8N_ENVIRONMENT: environment, SITE_URL: url, API_URL: `${url}/api` };
  },
  /** Public routes know a project by its resource: without it they say that there is none. No schedule starts any more. */
  async lock({ sql, workspace }, project) {
    await markDeleted(sql, project);
    await workspace.deleteResource(settingsPath(project));
    const { items } = await workspace.readFolder(folderOf(project));
    for (const { kind, path } of items) if (kind === "schedule") await workspace.pauseSchedule(path);
  },
  async list({ sql, workspace }, project) {
    const record = await findProject(sql, project);
    const { exists, items } = await workspace.readFolder(folderOf(project));
    return [
      ...(record ? [`record ${project}`] : []),
      ...(exists ? [`Windmill folder ${folderOf(project)}`] : []),
      ...items.map(({ kind, path }) => `Windmill ${kind} ${path}`),
    ];
  },
  async drop({ sql, workspace }, project) {
    await workspace.deleteFolder(folderOf(project));
    await withTables(sql, () => sql.query("delete from run8n.phase where project = $1", [project]));
    await sql.query("delete from run8n.project where name = $1", [project]);
    return {};
  },
};

const settingsPath = (project: string) => `${folderOf(project)}/project`;
