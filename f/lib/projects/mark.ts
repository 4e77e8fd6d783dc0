import { NotFoundError } from "../errors.ts";
import type { Sql } from "../postgres/connect.ts";

/** How long a deleted project can be restored. */
export const RESTORABLE_DAYS = 7;

/** Notes that a project is deleted and when it is dropped; one that is deleted already keeps its time. */
export async function markDeleted(sql: Sql, project: string): Promise<void> {
  await sql.query(
    `update run8n.project
        set status = 'deleted', deleted_at = now(), drop_at = now() + make_interval(days => $2), updated_at = now()
      where name = $1 and status <> 'deleted'`,
    [project, RESTORABLE_DAYS],
  );
}

/** Takes the mark back; the project is provisioned anew before it is live. Throws NotFound for one without a record. */
export async function unmarkDeleted(sql: Sql, project: string): Promise<"restored" | "unchanged"> {
  const { rows } = await sql.query<{ was: string }>(
    `update run8n.project p set status = case p.status when 'deleted' then 'provisioning' else p.status end,
            deleted_at = null, drop_at = null
       from run8n.project before where before.name = p.name and p.name = $1
     returning before.status as was`,
    [project],
  );
  if (!rows[0]) {
    throw new NotFoundError(`There is no project ${project}`, {
      hint: "See list_projects for those there are; one that was dropped for good cannot be restored.",
    });
  }
  return rows[0].was === "deleted" ? "restored" : "unchanged";
}
