import { join } from "node:path";
import { type Bench, inTurn, timed } from "./report.ts";
import { corpus, FILES } from "./sites/corpus.ts";
import { deployFolder, serveFolder } from "./sites/publish.ts";
import { readMeanwhile } from "./sites/readers.ts";
import { rsyncVersion, symlinkRecipe } from "./sites/rivals.ts";
import { withSites } from "./sites/setup.ts";

const LOADS = 10_000;
/** A rival is asked less often: it does not take long to see what it does. */
const RIVAL_SHARE = 4;
const RELEASES = 2;
const PROJECT = "ours";

/** To and fro between two releases: how long it takes, and what breaks for visitors meanwhile. */
const bench: Bench = {
  summary: `back to an earlier release of ${FILES} files, and pages that break meanwhile, against a symlink over ssh`,
  run: ({ runs, size = LOADS }) =>
    withSites(async (setup) => {
      const { engine, caddy, dir } = setup;
      const call = async (path: string, args: object) => {
        const { status, body } = await engine.run(path, { project: PROJECT, ...args });
        if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
      };
      const site = corpus(join(dir, "site"));
      const recipe = symlinkRecipe(setup, "recipe");
      const releases: string[] = [];
      for (let n = 0; n < RELEASES; n++) {
        site.next();
        releases.push((await deployFolder(setup, PROJECT, site.dir)).release);
        await recipe.deploy(site.dir);
      }
      await call("f/infra/caddy/ensure_route", {});
      const rivalHost = await serveFolder(setup, recipe.served, "recipe");
      const turns = { ours: 0, theirs: 0 };
      const ours = () => call("f/infra/sites/rollback_site", { release: releases[turns.ours++ % RELEASES] });
      const theirs = async () => void (await recipe.rollBack((turns.theirs++ % RELEASES) + 1));
      const rival = `ln and mv over ssh, ${await rsyncVersion()}'s folders`;
      const switched = await inTurn(
        { case: "back to an earlier release", rival, runs },
        () => timed(ours),
        () => timed(theirs),
      );
      const { port } = caddy;
      const seen = await readMeanwhile(size, { port, host: `${PROJECT}.apps.localhost` }, ours);
      const rivals = await readMeanwhile(size / RIVAL_SHARE, { port, host: rivalHost }, theirs);
      return {
        cases: [switched],
        counts: {
          pageLoads: seen.loads,
          brokenLoads: seen.broken,
          rollbacksMeanwhile: seen.changes,
          rivalPageLoads: rivals.loads,
          rivalBrokenLoads: rivals.broken,
          rivalRollbacksMeanwhile: rivals.changes,
        },
      };
    }),
};
export default bench;
