import { projectSettings } from "../gate/project.ts";
import type { AccountProject } from "../gotrue/check_settings.ts";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { projectsAfter } from "../projects/record.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { accountTables } from "./tables.ts";

const MANY = 10_000;

/** The projects of the server that keep accounts, with what GoTrue has to know of them. */
export async function accountProjects(sql: Sql, workspace: Pick<Workspace, "getResource">): Promise<AccountProject[]> {
  const found: AccountProject[] = [];
  for (const { project } of await projectsAfter(sql, "", MANY)) {
    const { policy } = accountTables(schemaOf(project));
    const { rows: there } = await sql.query<{ it: boolean }>("select to_regclass($1) is not null as it", [policy]);
    if (!there[0]?.it) continue;
    const { rows } = await sql.query<{ sign_up: AccountProject["signUp"] }>(`select sign_up from ${policy}`);
    const origins = (await projectSettings(workspace, project))?.origins ?? [];
    found.push({ project, signUp: rows[0]?.sign_up ?? "invited", origins });
  }
  return found;
}
