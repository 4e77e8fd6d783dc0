import { join } from "node:path";
import { changeRoutes } from "../f/lib/caddy/admin.ts";
import { deploySite } from "../scripts/cli/site/deploy.ts";
import { readSite } from "../scripts/cli/site/files.ts";
import { openMemory } from "../scripts/cli/site/memory.ts";
import { type Bench, type Case, inTurn, median, round } from "./report.ts";
import { corpus, FILES } from "./sites/corpus.ts";
import { readAtOnce } from "./sites/readers.ts";
import { inPlace, type Rival, rsyncVersion, symlinkRecipe } from "./sites/rivals.ts";
import { type Setup, withSites } from "./sites/setup.ts";

const LOADS = 10_000;
const RIVAL_LOADS = 2_500;
const READERS = 4;

/** A site of 1,000 files and 20 MB: ours through the local Windmill, the rivals over ssh, to the same sshd. */
const bench: Bench = {
  summary: `a site of ${FILES} files: first, changed and unchanged deploys, and pages that break meanwhile, against rsync`,
  run: ({ runs }) =>
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
        underLoad(loads, { port: setup.caddy.port, host }, async () => {
          site.next();
          await publish();
        });
      const ours = await back(LOADS, `${name}.apps.localhost`, () => deploy(setup, name, site.dir));
      const theirs = await back(RIVAL_LOADS, await serve(setup, rsync, "rsync"), () => rsync.deploy(site.dir));
      const theirLinks = await back(RIVAL_LOADS, await serve(setup, recipe, "recipe"), () => recipe.deploy(site.dir));
      return {
        cases: [first, changed, bytes, unchanged, linked],
        counts: {
          pageLoads: ours.loads,
          brokenLoads: ours.broken,
          deploysMeanwhile: ours.deploys,
          rivalPageLoads: theirs.loads,
          rivalBrokenLoads: theirs.broken,
          symlinkPageLoads: theirLinks.loads,
          symlinkBrokenLoads: theirLinks.broken,
        },
      };
    }),
};
export default bench;

/** What `run8n deploy` does once it is started; the bytes of its requests. */
async function deploy({ windmill, dir }: Setup, project: string, folder: string): Promise<number> {
  const memory = openMemory({ HOME: dir }, windmill, project);
  const { sent } = await deploySite({ windmill, project }, readSite(folder, {}), { memory });
  return sent.bytes;
}

/** Deploys back to back while readers load the page so often. */
async function underLoad(loads: number, to: { port: number; host: string }, publish: () => Promise<void>) {
  let reading = true;
  const reads = readAtOnce(READERS, loads, to).finally(() => {
    reading = false;
  });
  let deploys = 0;
  while (reading) {
    await publish();
    deploys++;
  }
  return { ...(await reads), deploys };
}

/** A plain file server on a rival's folder, as its recipes set one up. */
async function serve({ caddy }: Setup, { served }: Rival, name: string): Promise<string> {
  const host = `${name}.example.localhost`;
  const handle = [{ handler: "file_server", root: served }];
  await changeRoutes(caddy, (routes) => [{ match: [{ host: [host] }], handle, terminal: true }, ...routes]);
  return host;
}

function toCase(name: string, rival: string, { ours, theirs }: { ours: number[]; theirs: number[] }): Case {
  const [a, b] = [median(ours), median(theirs)];
  return { case: name, rival, unit: "bytes", ours: a, theirs: b, ratio: round(a / b), runs: ours.length };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
