import { environmentProject, projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { holderName } from "./ensure.ts";

export type RevokedAccess = { project: string; environment: string; name: string; status: "deleted" | "absent" };

/** Takes a key back: it works no longer from this moment on, and stays listed as revoked. Safe to repeat. */
export async function revokeAccess(
  sql: Sql,
  request: { project: string; name: string; environment?: string | null },
): Promise<RevokedAccess> {
  const project = projectName(request.project);
  const environment = request.environment ?? "production";
  const target = environmentProject(project, environment);
  const name = holderName(request.name);
  const asked = { project, environment, name };
  return operate({ sql, verb: "infra/projects/delete_access", project, arguments: asked }, async () => {
    const { rowCount } = await sql.query(
      "update run8n.access_key set revoked_at = now() where target = $1 and name = $2 and revoked_at is null",
      [target, name],
    );
    return { project, environment, name, status: rowCount ? ("deleted" as const) : ("absent" as const) };
  });
}
