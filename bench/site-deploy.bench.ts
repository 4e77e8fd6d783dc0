import { join } from "node:path";
import { type Bench, type Case, inTurn, median, round, timed } from "./report.ts";
import { corpus, FILES } from "./sites/corpus.ts";
import { deployFolder, serveFolder } from "./sites/publish.ts";
import { readMeanwhile } from "./sites/readers.ts";
import { inPlace, rsyncVersion, symlinkRecipe } from "./sites/rivals.ts";
import { type Setup, withSites } from "./sites/setup.ts";

const LOADS = 10_000;
/** A rival is asked less often: it does not take long to see what it does. */
const RIVAL_SHARE = 4;

/** A site of 1,000 files and 20 MB: ours through the local Windmill, the rivals over ssh, to the same sshd. */
const bench: Bench = {
  summary: `a site of ${FILES} files: first, changed and unchanged deploys, and pages that break meanwhile, against rsync`,
  run: ({ runs, size = LOADS }) =>
    withSites(async (setup) => {
      const rival = await rsyncVersion();
      const site = corpus(join(setup.dir, "site"));
      let made = 0;
      const first = await inTurn(
        { case: "first deploy", rival, runs: Math.max(1, Math.round(runs / 5)), warmup: 0 },
        () => timed(() => deploy(setup, `first${++made}`, site.dir)),
        () => timed(() => inPlace(setup, `rsync${made}`).deploy(site.dir)),
      );
      const name = "ours";
      const live = await setup.engine.run("f/infra/caddy/ensure_route", { project: name });
      if (live.status !== 200) throw new Error(`the route was not made: ${JSON.stringify(live.body)}`);
      const rsync = inPlace(setup, "rsync");
      const recipe = symlinkRecipe(setup, "recipe");
      for (const work of [
        () => deploy(setup, name, site.dir),
        ...[rsync, recipe].map((one) => () => one.deploy(site.dir)),
      ])
        await work();
      const sent = { ours: [] as number[], theirs: [] as number[] };
      const changed = await inTurn(
        { case: "1 % of the files changed", rival, runs },
        () => {
          site.next();
          return timed(async () => void sent.ours.push(await deploy(setup, name, site.dir)));
        },
        () => timed(async () => void sent.theirs.push(await rsync.deploy(site.dir))),
      );
      const bytes = toCase("1 % changed, bytes sent", rival, sent);
      const unchanged = await inTurn(
        { case: "nothing changed", rival, runs },
        () => timed(() => deploy(setup, name, site.dir)),
        () => timed(() => rsync.deploy(site.dir)),
      );
      const linked = await inTurn(
        {
          case: "1 % changed, against a symlink recipe",
          rival: `${rival}, ln and mv`,
          runs: Math.max(1, Math.round(runs / 3)),
        },
        () => {
          site.next();
          return timed(() => deploy(setup, name, site.dir));
        },
        () => timed(() => recipe.deploy(site.dir)),
      );
      const back = (loads: number, host: string, publish: () => Promise<unknown>) =>
        readMeanwhile(loads, { port: setup.caddy.port, host }, async () => {
          site.next();
          await publish();
        });
      const ours = await back(size, `${name}.apps.localhost`, () => deploy(setup, name, site.dir));
      const theirs = await back(size / RIVAL_SHARE, await serveFolder(setup, rsync.served, "rsync"), () =>
        rsync.deploy(site.dir),
      );
      const theirLinks = await back(size / RIVAL_SHARE, await serveFolder(setup, recipe.served, "recipe"), () =>
        recipe.deploy(site.dir),
      );
      return {
        cases: [first, changed, bytes, unchanged, linked],
        counts: {
          pageLoads: ours.loads,
          brokenLoads: ours.broken,
          deploysMeanwhile: ours.changes,
          rivalPageLoads: theirs.loads,
          rivalBrokenLoads: theirs.broken,
          symlinkPageLoads: theirLinks.loads,
          symlinkBrokenLoads: theirLinks.broken,
        },
      };
    }),
};
export default bench;

const deploy = async (setup: Setup, project: string, folder: string): Promise<number> =>
  (await deployFolder(setup, project, folder)).sent.bytes;

function toCase(name: string, rival: string, { ours, theirs }: { ours: number[]; theirs: number[] }): Case {
  const [a, b] = [median(ours), median(theirs)];
  return { case: name, rival, unit: "bytes", ours: a, theirs: b, ratio: round(a / b), runs: ours.length };
}
