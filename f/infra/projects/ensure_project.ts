import { withPostgres } from "../../lib/postgres/connect.ts";
import { type EnsuredProject, ensureProject } from "../../lib/projects/ensure.ts";
import { type Caddy, type Postgresql, resource } from "../../lib/resources.ts";
import { commandedAt } from "../../lib/windmill/command.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes a project exist: its record, its Windmill folder and the resource that names its origins. Answers the names that
 * follow from it (schema, folder, host, URL). It is the first step of the flow apply_project and safe to repeat.
 * @param project Name of the project: 2 to 40 characters of a-z, 0-9 and "-", for example "shop".
 * @param template What it is made from: "static". It cannot be changed later.
 * @param db The server's Postgres.
 * @param caddy The edge proxy, which says under which domain and how projects are reached.
 */
export async function main(
  project: string,
  template = "static",
  db: Postgresql = "$res:f/infra/postgres",
  caddy: Caddy = "$res:f/infra/caddy",
): Promise<EnsuredProject> {
  const [server, edge] = await Promise.all([resource(db), resource(caddy)]);
  const workspace = jobWorkspace();
  const ports = { workspace, caddy: edge, commandedAt };
  return withPostgres(server, (sql) => ensureProject({ sql, ...ports }, { project, template }));
}
