import { withPostgres } from "../f/lib/postgres/connect.ts";
import { startEngine, type TestEngine } from "../tests/support/engine.ts";
import { deploy, keep } from "../tests/support/workspace_items.ts";
import { handRecipe, psql } from "./hand_recipe.ts";
import { type Bench, inTurn, timed } from "./report.ts";
import { type Servers, withServers } from "./servers.ts";

const MANY = 50;
/** A server's sshd drops logins at random when more than ten are under way. */
const SSH_AT_ONCE = 8;
const VERB = "f/infra/postgres/ensure_schema";

/** A schema with three roles: one HTTP call of ensure_schema against the steps that a person runs with psql over ssh. */
const bench: Bench = {
  summary: `ensure_schema once, ${MANY} times at once and again, against the psql steps of a person over ssh`,
  run: ({ runs }) =>
    withServers(async (servers) => {
      const { db } = servers;
      const engine = await startEngine();
      try {
        await deploy(engine, ["f/lib", "f/infra/postgres"]);
        await keep(engine, { "f/infra/postgres": db });
        const version = await withPostgres(db, (sql) => sql.query("show server_version"));
        const rival = `psql ${version.rows[0].server_version.split(" ")[0]} over ssh`;
        let made = 0;
        const name = (prefix: string) => `${prefix}${++made}`;
        const failures = { ours: 0, theirs: 0, theirsAgain: 0 };
        const one = await inTurn(
          { case: "one new project", rival, runs },
          () => timed(() => ensure(engine, name("ours"), "created")),
          () => timed(() => byHand(servers, name("theirs"))),
        );
        const many = await inTurn(
          { case: `${MANY} new projects at once`, rival, runs: Math.max(1, Math.round(runs / 8)), warmup: 0 },
          () =>
            timed(async () => {
              failures.ours += await failed(MANY, () => ensure(engine, name("ours"), "created"));
            }),
          () =>
            timed(async () => {
              failures.theirs += await failed(SSH_AT_ONCE, () => byHand(servers, name("theirs")));
            }),
        );
        const again = await inTurn(
          { case: "the same project again", rival, runs },
          () => timed(() => ensure(engine, "ours1", "unchanged")),
          () =>
            timed(async () => {
              if (!(await byHand(servers, "theirs2"))) failures.theirsAgain++;
            }),
        );
        return {
          cases: [one, many, again],
          counts: {
            projectsWhole: await complete(servers, "ours"),
            failedAtOnce: failures.ours,
            rivalFailedAtOnce: failures.theirs,
            rivalFailedAgain: failures.theirsAgain,
          },
        };
      } finally {
        await engine.stop();
      }
    }),
};
export default bench;

/** Does the work MANY times, so many at once, and answers how often it went wrong. */
async function failed(atOnce: number, work: () => Promise<boolean>): Promise<number> {
  let left = MANY;
  let wrong = 0;
  const worker = async () => {
    while (left-- > 0) if (!(await work())) wrong++;
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return wrong;
}

async function ensure(engine: TestEngine, project: string, expected: string): Promise<boolean> {
  const { status, body } = await engine.run(VERB, { project });
  return status === 200 && (body as { status: string }).status === expected;
}

/** Whether every step went well; a person would stop at the first that did not. */
async function byHand({ db, ssh }: Servers, name: string): Promise<boolean> {
  for (const step of handRecipe(name, db.dbname)) {
    const { code } = await ssh(psql(db), step);
    if (code !== 0) return false;
  }
  return true;
}

/** How many schemas stand with all three roles able to log in. */
const complete = ({ db }: Servers, prefix: string): Promise<number> =>
  withPostgres(db, async (sql) => {
    const { rows } = await sql.query(
      `select count(*)::int as n from pg_namespace where nspname ~ ('^' || $1 || '[0-9]+$')
          and (select count(*) from pg_roles where rolcanlogin
                and rolname in (nspname || '_owner', nspname || '_app', nspname || '_readonly')) = 3`,
      [prefix],
    );
    return rows[0].n;
  });
