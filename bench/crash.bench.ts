import { existsSync } from "node:fs";
import { join } from "node:path";
import { withPostgres } from "../f/lib/postgres/connect.ts";
import { schemaNames } from "../f/lib/postgres/roles.ts";
import { archiveOf } from "../tests/support/archives.ts";
import { look, siteOf, type View } from "./crash/visitor.ts";
import type { Task } from "./crash/worker.ts";
import { startWorkers, type Workers } from "./crash/workers.ts";
import { type Bench, median, round } from "./report.ts";
import { type Setup, withSites } from "./sites/setup.ts";

const KILLS = 200;
/** Projects that are worked on at the same time. */
const LANES = 2;
/** Beyond this share of its usual time, work is done before the kill comes. */
const LATEST = 1.1;

/**
 * kill -9 at any moment of applying a project, of deploying its site and of deleting it: what visitors see then must be
 * whole, doing the same again must finish it, and once the project is dropped nothing of it may be anywhere.
 */
const bench: Bench = {
  summary: `kill -9 at ${KILLS} random moments of apply, deploy and delete, and what is left of it`,
  run: ({ size: wanted = KILLS }) =>
    withSites(async (setup) => {
      const workers = startWorkers(setup.engine, setup.dir, LANES);
      const counts = { kills: 0, converged: 0, torn: 0, orphans: 0 };
      const times = { apply: [] as number[], deploy: [] as number[], delete: [] as number[] };
      let projects = 0;
      const lane = async () => {
        while (counts.kills < wanted) {
          const life = { setup, workers, counts, times, project: `crash${++projects}`, wanted };
          await live(life);
          counts.orphans += await leftOf(setup, life.project);
        }
      };
      try {
        // One that nobody disturbs tells how long each kind of work takes.
        await live({ setup, workers, counts, times, project: "calm", wanted: 0 });
        await Promise.all(Array.from({ length: LANES }, lane));
      } finally {
        await workers.stop();
      }
      const usual = Object.entries(times).map(([work, all]) => [`${work}Ms`, round(median(all))]);
      return { cases: [], counts: { ...counts, projects, ...Object.fromEntries(usual) } };
    }, []),
};
export default bench;

type Life = {
  setup: Setup;
  workers: Workers;
  counts: { kills: number; converged: number; torn: number; orphans: number };
  times: { apply: number[]; deploy: number[]; delete: number[] };
  project: string;
  wanted: number;
};

/** A project from its first moment to its last; each kind of work is killed once and then done again. */
async function live(life: Life): Promise<void> {
  const { project, workers } = life;
  const starter = { status: 200, version: undefined, whole: true };
  const of = (version: number) => ({ status: 200, version: `version ${version}`, whole: true });
  const gone = { status: 410, version: undefined, whole: false };
  const deploy = (version: number): Task => ({ work: "deploy", project, archive: archiveOf(siteOf(version)) });
  await disturb(life, { work: "apply", project }, { after: starter });
  await disturb(life, deploy(1), { before: starter, after: of(1) });
  await disturb(life, deploy(2), { before: of(1), after: of(2) });
  await disturb(life, { work: "delete", project }, { before: of(2), after: gone });
  await workers.finish({ work: "drop", project });
}

/** Kills a task in the middle, looks, and does it again. Without a `before` a site may not be there yet. */
async function disturb(life: Life, task: Task, { before, after }: { before?: View; after: View }): Promise<void> {
  const { setup, workers, counts, times, project, wanted } = life;
  const own = times[task.work as keyof typeof times];
  const see = () => look(setup.caddy, `${project}.apps.localhost`);
  const isDue = counts.kills < wanted;
  if (isDue) counts.kills++; // before it is known, so that lanes together kill as often as they should
  const killed = isDue && (await workers.kill(task, Math.random() * LATEST * median(own)));
  if (isDue && !killed) counts.kills--;
  if (killed) {
    const seen = await see();
    const fits = (view: View) => JSON.stringify(view) === JSON.stringify(seen);
    const isWhole = fits(after) || (before ? fits(before) : seen.status !== 200 || seen.whole);
    if (!isWhole) {
      counts.torn++;
      console.error(`torn by a kill of ${task.work} of ${project}: ${JSON.stringify(seen)}`);
    }
  }
  const took = await workers.finish(task).catch((error) => void console.error(String(error)));
  if (!killed && took !== undefined) own.push(took);
  const seen = await see();
  const converged = took !== undefined && JSON.stringify(seen) === JSON.stringify(after);
  if (killed && converged) counts.converged++;
  // Where a release is put together; what a killed deploy left there goes with the next one.
  if (existsSync(join(setup.host.root, project, "partial"))) counts.orphans++;
  if (!converged) console.error(`${task.work} of ${project} did not converge: ${JSON.stringify(seen)}`);
}

/** How much of a dropped project is anywhere: roles and schema, routes, files, folder in Windmill, records. */
async function leftOf({ host, caddy, engine, db }: Setup, project: string): Promise<number> {
  const { schema, roles, folder } = schemaNames(project);
  const inPostgres = await withPostgres(db, async (sql) => {
    const { rows } = await sql.query<{ count: number }>(
      `select (select count(*) from pg_namespace where nspname = $1) + (select count(*) from pg_roles where rolname = any($2))
            + (select count(*) from run8n.route where project = $3) + (select count(*) from run8n.site where project = $3)
            + (select count(*) from run8n.project where name = $3) as count`,
      [schema, Object.values(roles), project],
    );
    return Number(rows[0]?.count);
  });
  const config = await (await fetch(`${caddy.admin}/config/`)).text();
  const inWindmill = await engine.api(`/w/{w}/folders/get/${folder.replace("f/", "")}`);
  const left = {
    inPostgres,
    inCaddy: config.split(`${project}.`).length - 1,
    onDisk: existsSync(join(host.root, project)) ? 1 : 0,
    inWindmill: inWindmill.status === 404 ? 0 : 1,
  };
  const sum = Object.values(left).reduce((all, one) => all + one, 0);
  if (sum > 0) console.error(`left of ${project}: ${JSON.stringify(left)}`);
  return sum;
}
