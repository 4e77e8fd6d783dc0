import { listRoutes } from "../../lib/caddy/list.ts";
import { type Caddy, resource } from "../../lib/resources.ts";

/**
 * Lists the host names that the edge proxy serves for projects right now, with what each answers with. Routes that
 * belong to the server itself are not shown. Answers { items: [{ project, host, kind, url }] }.
 * @param project Name of the project to list; without it all projects.
 * @param caddy Edge proxy to ask.
 */
export async function main(project?: string, caddy: Caddy = "$res:f/infra/caddy") {
  return listRoutes(await resource(caddy), project);
}
