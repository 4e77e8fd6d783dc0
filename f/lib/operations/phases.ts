import type { Sql } from "../postgres/connect.ts";
import { withTables } from "./tables.ts";

/**
 * How long the parts of a project's way to its page took the first time that each came to its end: `plan`, every kind of
 * resource by its word, `publish`, and `deploy` of a release of its own. Later runs change nothing here.
 */
export type Phase = { phase: string; seconds: number };

/** Does a part of the work and notes how long it took, when it is the first time that this part succeeded. */
export async function timed<T>(
  sql: Sql,
  { project, phase }: { project: string; phase: string },
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const result = await work();
  await notePhase(sql, { project, phase, seconds: (performance.now() - started) / 1000 });
  return result;
}

export async function notePhase(sql: Sql, { project, phase, seconds }: Phase & { project: string }): Promise<void> {
  await withTables(sql, () =>
    sql.query("insert into run8n.phase (project, phase, seconds) values ($1, $2, $3) on conflict do nothing", [
      project,
      phase,
      seconds,
    ]),
  );
}

/** What a project that was just made waited for, from its caller's command until its first resource was begun. */
export async function notePlan(sql: Sql, project: string): Promise<void> {
  await withTables(sql, () =>
    sql.query(
      `insert into run8n.phase (project, phase, ended_at, seconds)
       select project, 'plan', begun, greatest(0, extract(epoch from begun - created_at))
         from run8n.project join run8n.phase first on first.project = name and phase = 'project',
              lateral (select first.ended_at - make_interval(secs => first.seconds) as begun) as it
        where name = $1
       on conflict do nothing`,
      [project],
    ),
  );
}

/** From the first deploy that was begun until now, when one has gone live for the first time. */
export async function noteDeploy(sql: Sql, project: string): Promise<void> {
  await withTables(sql, () =>
    sql.query(
      `insert into run8n.phase (project, phase, seconds)
       select $1, 'deploy', extract(epoch from clock_timestamp() - min(started_at)) from run8n.operation
        where project = $1 and verb in ('infra/sites/deploy_site', 'infra/sites/deploy_files')
          and not exists (select from run8n.phase where project = $1 and phase = 'deploy')
       having count(*) > 0
       on conflict do nothing`,
      [project],
    ),
  );
}
