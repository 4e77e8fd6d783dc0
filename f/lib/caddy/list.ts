import { projectName } from "../names.ts";
import type { CaddyValue } from "../resources.ts";
import { readEdge } from "./admin.ts";
import { publicUrl } from "./hosts.ts";
import { type OwnRoute, ownRoute } from "./route.ts";

/** The routes that Caddy runs for projects, or for one project, sorted by host; others' routes are not shown. */
export async function listRoutes(
  caddy: CaddyValue,
  project?: string | null,
): Promise<{ items: (OwnRoute & { url: string })[] }> {
  const only = project == null ? undefined : projectName(project);
  const { servers } = await readEdge(caddy);
  const own = (servers[caddy.server]?.routes ?? []).map(ownRoute).filter((route) => route !== undefined);
  const items = own
    .filter((route) => only === undefined || route.project === only)
    .map((route) => ({ ...route, url: publicUrl(route.host, caddy) }))
    .sort((a, b) => (a.host < b.host ? -1 : 1));
  return { items };
}
