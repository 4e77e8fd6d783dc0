import { ConflictError, NotFoundError } from "../errors.ts";
import { withTables } from "../operations/tables.ts";
import type { Sql } from "../postgres/connect.ts";

/** How long a deleted project can be restored. */
export const RESTORABLE_DAYS = 7;

/**
 * Notes that a project is deleted and when it is dropped: a preview at once, since it is made anew when it is wanted. One
 * that is deleted already keeps its time.
 */
export async function markDeleted(sql: Sql, project: string): Promise<void> {
  await sql.query(
    `update run8n.project
        set status = 'deleted', deleted_at = now(), updated_at = now(),
            drop_at = case when expires_at is null then now() + make_interval(days => $2) else now() end
      where name = $1 and status <> 'deleted'`,
    [project, RESTORABLE_DAYS],
  );
}

/** The same for a preview whose time is over; answers false when it was applied again meanwhile. */
export async function markExpired(sql: Sql, project: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update run8n.project set status = 'deleted', deleted_at = now(), drop_at = now(), updated_at = now()
      where name = $1 and (status = 'deleted' or expires_at <= now())`,
    [project],
  );
  return rowCount === 1;
}

/** Notes that things of a deleted project are being dropped: from here on there is no way back. */
export const markDropping = (sql: Sql, project: string): Promise<unknown> =>
  withTables(sql, () =>
    sql.query("update run8n.project set dropping_at = coalesce(dropping_at, now()) where name = $1", [project]),
  );

/**
 * Takes the mark of deletion back; the project is provisioned anew before it is live. Throws NotFound for one without a
 * record, Conflict for one of which something was dropped.
 */
export async function unmarkDeleted(sql: Sql, project: string): Promise<"restored" | "unchanged"> {
  const { rows } = await withTables(sql, () =>
    sql.query<{ was: string; dropping: boolean }>(
      `update run8n.project p
          set status = case when p.status = 'deleted' and p.dropping_at is null then 'provisioning' else p.status end,
              deleted_at = case when p.dropping_at is null then null else p.deleted_at end,
              drop_at = case when p.dropping_at is null then null else p.drop_at end
         from run8n.project before where before.name = p.name and p.name = $1
       returning before.status as was, p.dropping_at is not null as dropping`,
      [project],
    ),
  );
  if (!rows[0]) {
    throw new NotFoundError(`There is no project ${project}`, {
      hint: "See list_projects for those there are; one that was dropped for good cannot be restored.",
    });
  }
  if (rows[0].dropping) {
    throw new ConflictError(`Project ${project} is being dropped, so it cannot be restored any more`, {
      hint: "Let drop_project end it, then apply it anew; the dump of its schema lies in run8n.dump for 7 days.",
    });
  }
  return rows[0].was === "deleted" ? "restored" : "unchanged";
}
