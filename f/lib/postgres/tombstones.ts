import type { Sql } from "./connect.ts";
import { schemaMark } from "./roles.ts";

/** How long a dropped schema can be restored before the schedule purges it. */
export const KEPT_DAYS = 7;

/** What dropSchema leaves: the schema under another name with its roles locked, and a dump of the same name. */
export type Tombstone = {
  project: string;
  tombstone: string;
  /** ISO 8601, UTC. */
  droppedAt: string;
  /** When the schedule purges it. */
  restorableUntil: string;
};

/**
 * The tombstones of a project, or of all, the latest first. One whose schema was renamed by hand, or has lost its mark,
 * is nobody's business here.
 */
export async function listTombstones(sql: Sql, project?: string): Promise<Tombstone[]> {
  const { rows } = await sql.query<{ project: string; tombstone: string; dropped: Date; until: Date }>(
    `select project, id as tombstone, taken_at as dropped, taken_at + make_interval(days => $1) as until
       from run8n.dump join pg_namespace on nspname = id
      where ($2::text is null or project = $2)
        and obj_description(pg_namespace.oid, 'pg_namespace') = $3 || project
      order by taken_at desc`,
    [KEPT_DAYS, project ?? null, schemaMark("")],
  );
  return rows.map(({ dropped, until, ...rest }) => ({
    ...rest,
    droppedAt: dropped.toISOString(),
    restorableUntil: until.toISOString(),
  }));
}
