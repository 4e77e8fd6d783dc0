import { accountProjects } from "../../lib/accounts/projects.ts";
import { type CheckedSettings, checkSettings } from "../../lib/gotrue/check_settings.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Gotrue, type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Checks how GoTrue is set up against what the projects need: its keys, whether addresses are confirmed, who may sign up,
 * and that links of mails lead to the projects' own pages and to no stranger's. Changes nothing; `run8n doctor` shows it.
 * @param db The server's Postgres.
 * @param gotrue The server that signs users in.
 */
export async function main(
  db: Postgresql = "$res:f/infra/postgres",
  gotrue: Gotrue = "$res:f/infra/gotrue",
): Promise<CheckedSettings> {
  const server = await resource(gotrue);
  return checkSettings(server, await withPostgres(await resource(db), (sql) => accountProjects(sql, jobWorkspace())));
}
