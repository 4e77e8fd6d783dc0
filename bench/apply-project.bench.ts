import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { visit } from "../tests/support/edge.ts";
import { startCaddyfile } from "./caddyfile_recipe.ts";
import { handRecipe, psql, waitlistRecipe } from "./hand_recipe.ts";
import { type Bench, inTurn, timed } from "./report.ts";
import { inPlace } from "./sites/rivals.ts";
import { type Setup, withSites } from "./sites/setup.ts";

const run = promisify(execFile);
const FLOW = "f/infra/projects/apply_project";
/** The starter site of the template, as a person has it on disk. */
const STARTER = resolve(import.meta.dirname, "../templates/static/site");

/**
 * A project that is live: roles, schema and waitlist table in Postgres, its site's files, its host name. One call of
 * apply_project against what a person does for the same: psql over ssh, rsync, an edit of the Caddyfile and a reload.
 */
const bench: Bench = {
  summary:
    "apply_project for a new project and for one that stands, against psql over ssh, rsync and a Caddyfile by hand",
  run: ({ runs }) =>
    withSites(
      async (setup) => {
        const caddyfile = await startCaddyfile();
        const made = { ours: 0, theirs: 0 };
        const name = (whose: keyof typeof made) => `${whose}${made[whose]}`;
        const rival = "psql over ssh, rsync, Caddyfile and reload";
        try {
          await apply(setup, "warm");
          const cold = await inTurn(
            { case: "a new project", rival, runs },
            () => timed(() => apply(setup, `ours${++made.ours}`)),
            () => timed(() => byHand(setup, caddyfile, `theirs${++made.theirs}`)),
          );
          const warm = await inTurn(
            { case: "the same project again", rival, runs },
            () => timed(() => apply(setup, name("ours"), "unchanged")),
            () => timed(() => byHandAgain(setup, name("theirs"))),
          );
          const live = async (whose: keyof typeof made, port: number) => {
            const hosts = Array.from({ length: made[whose] }, (_, at) => `${whose}${at + 1}.apps.localhost`);
            const pages = await Promise.all(hosts.map((host) => visit({ port }, host)));
            return pages.filter(({ status }) => status === 200).length;
          };
          return {
            cases: [cold, warm],
            counts: {
              projects: made.ours,
              projectsLive: await live("ours", setup.caddy.port),
              rivalProjects: made.theirs,
              rivalProjectsLive: await live("theirs", caddyfile.port),
            },
          };
        } finally {
          await caddyfile.remove();
        }
      },
      ["f/lib", "f/infra", "f/api"],
    ),
};
export default bench;

async function apply({ engine }: Setup, name: string, expected = "created"): Promise<void> {
  const answer = await engine.api(`/w/{w}/jobs/run_wait_result/f/${FLOW}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  const body = (await answer.json()) as { status?: string };
  if (body.status !== expected) throw new Error(`apply_project: ${answer.status} ${JSON.stringify(body)}`);
}

type Caddyfile = Awaited<ReturnType<typeof startCaddyfile>>;

/** What a person runs, step by step; the next begins when the one before has ended. */
async function byHand(setup: Setup, caddyfile: Caddyfile, name: string): Promise<void> {
  const { db } = setup;
  for (const step of [...handRecipe(name, db.dbname), waitlistRecipe(name)]) await overSsh(setup, psql(db), step);
  const { served, deploy } = inPlace(setup, name);
  await deploy(STARTER);
  if (!(await caddyfile.addSite(`${name}.apps.localhost`, served))) throw new Error("caddy reload failed");
}

/** To be sure that all is there, a person looks at the roles and the table, and sends the files once more. */
async function byHandAgain(setup: Setup, name: string): Promise<void> {
  for (const look of [`\\du ${name}_*`, `\\dn+ ${name}`, `\\d ${name}.waitlist`])
    await overSsh(setup, psql(setup.db), look);
  await inPlace(setup, name).deploy(STARTER);
}

async function overSsh({ ssh, account }: Setup, command: string, input: string): Promise<void> {
  const [program = "", ...options] = ssh;
  const started = run(program, [...options, account, command]);
  started.child.stdin?.end(input);
  await started;
}
