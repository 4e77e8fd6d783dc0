import { withPostgres } from "../../lib/postgres/connect.ts";
import { type AppliedKind, applyKind } from "../../lib/projects/apply_kind.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Makes one kind of resource as a project's manifest says, such as its schema or its routes. It is the step that the
 * flow apply_project repeats for each kind in the plan, and safe to repeat.
 * @param manifest Content of run8n.json, which names the project.
 * @param kind The kind, from `steps` of plan_project.
 * @param environment "production", "staging", or the name of a preview, such as "fix-42".
 * @param db The server's Postgres.
 */
export async function main(
  manifest: object,
  kind: string,
  environment = "production",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<AppliedKind> {
  const server = await resource(db);
  const asked = { manifest, kind, environment };
  return withPostgres(server, (sql) => applyKind(jobPorts(sql, server), asked));
}
