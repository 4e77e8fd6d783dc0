import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import type { CaddyValue } from "../resources.ts";
import { changeRoutes } from "./admin.ts";
import { changeCertificates, needsCertificate } from "./certificates.ts";
import { hostFor, publicUrl, takenBy } from "./hosts.ts";
import { noteOrigin, type Origins } from "./origins.ts";
import { type Claim, ownRoute } from "./route.ts";

/**
 * Takes a project's route for a host away, from Caddy, from the record, and a domain it brought from its origins. Safe
 * to repeat. Throws Conflict when the host belongs to another project.
 */
export async function deleteRoute(ask: {
  sql: Sql;
  caddy: CaddyValue;
  workspace: Origins;
  project: string;
  hostname?: string | null;
}): Promise<Claim & { status: "deleted" | "absent" }> {
  const { sql, caddy, workspace } = ask;
  const project = projectName(ask.project);
  const host = hostFor(project, ask.hostname, caddy);
  return operate({ sql, verb: "infra/caddy/delete_route", project, arguments: { project, host } }, async () => {
    const existed = await transaction(sql, () => stopRoute(sql, caddy, { project, host }));
    if (needsCertificate(host, caddy)) await changeCertificates(caddy, (all) => all.filter((one) => one !== host));
    if (host !== hostFor(project, null, caddy)) {
      await noteOrigin(workspace, { project, url: publicUrl(host, caddy), own: false });
    }
    return { project, host, status: existed ? "deleted" : "absent" };
  });
}

async function stopRoute(sql: Sql, caddy: CaddyValue, { project, host }: Claim): Promise<boolean> {
  const { rows } = await sql.query<{ project: string }>("select project from run8n.route where host = $1 for update", [
    host,
  ]);
  if (rows[0] && rows[0].project !== project) throw takenBy(host, "another project");
  let running = false;
  await changeRoutes(caddy, (routes) => {
    const owner = routes.map(ownRoute).find((own) => own?.host === host);
    running ||= owner !== undefined; // asked again, it may be seeing our own change
    if (owner && owner.project !== project) throw takenBy(host, "another project");
    return owner ? routes.filter((route) => ownRoute(route)?.host !== host) : undefined;
  });
  await sql.query("delete from run8n.route where host = $1", [host]);
  return running || rows.length > 0;
}
