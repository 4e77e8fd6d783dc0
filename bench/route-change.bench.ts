import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changeRoutes, readEdge } from "../f/lib/caddy/admin.ts";
import { deleteRoute } from "../f/lib/caddy/delete.ts";
import { ensureRoute } from "../f/lib/caddy/ensure.ts";
import { caddyRoute, ownRoute } from "../f/lib/caddy/route.ts";
import { withHost } from "../f/lib/host/host.ts";
import { withPostgres } from "../f/lib/postgres/connect.ts";
import type { CaddyValue, PostgresqlValue } from "../f/lib/resources.ts";
import { deploySite } from "../f/lib/sites/deploy.ts";
import { binary } from "../scripts/stack/binaries.ts";
import { archiveOf } from "../tests/support/archives.ts";
import { startCaddy } from "../tests/support/edge.ts";
import { memoryWorkspace } from "../tests/support/workspace.ts";
import { startCaddyfile } from "./caddyfile_recipe.ts";
import { type Bench, inTurn, timed } from "./report.ts";
import { withServers } from "./servers.ts";
import { openWebSockets, startEchoSocket } from "./web_sockets.ts";

const MANY = 500;
const WRITERS = 8;
const EACH = 3;
const SOCKETS = 20;
const DEPLOYS = 5;

/** A host name for a site: ensureRoute, which guards every change, against a person's edit of the Caddyfile and reload. */
const bench: Bench = {
  summary: `the 1st and the ${MANY}th route, ${WRITERS} writers, WebSockets during deploys, against Caddyfile and reload`,
  run: ({ runs }) =>
    withServers(async ({ db }) => {
      const dir = mkdtempSync(join(tmpdir(), "run8n-bench-"));
      const root = join(dir, "sites");
      mkdirSync(root);
      const ours = await startCaddy();
      const theirs = await startCaddyfile();
      const rival = `Caddyfile and caddy ${execFileSync(binary("caddy"), ["version"], { encoding: "utf8" }).split(" ")[0]?.trim()} reload`;
      const world = { db, caddy: ours.caddy, root, theirs };
      try {
        const first = await inTurn(
          { case: "the first route", rival, runs },
          () => addFirst(world),
          async () => {
            await theirs.fill([]);
            return timed(() => theirs.addSite("first.apps.localhost", root));
          },
        );
        const written = await writeAtOnce(world);
        const beside = await deployBeside(world);
        await fill(world);
        let next = MANY;
        const last = await inTurn(
          { case: `the ${MANY}th route`, rival, runs: Math.max(3, Math.round(runs / 3)), warmup: 0 },
          () => timed(() => ensure(world, `site-${next++}`)),
          () => timed(() => theirs.addSite(`site-${next}.apps.localhost`, root)),
        );
        return { cases: [first, last], counts: { ...written, ...beside } };
      } finally {
        await Promise.all([ours.remove(), theirs.remove()]);
        rmSync(dir, { recursive: true, force: true });
      }
    }),
};
export default bench;

type World = {
  db: PostgresqlValue;
  caddy: CaddyValue & { port: number };
  root: string;
  theirs: Awaited<ReturnType<typeof startCaddyfile>>;
};

const workspace = memoryWorkspace();

const ensure = ({ db, caddy, root }: World, project: string, upstream?: string) =>
  withPostgres(db, (sql) => {
    const answer = upstream ? { kind: "proxy" as const, upstream } : { kind: "static" as const, siteRoot: root };
    return ensureRoute({ sql, caddy, workspace, project, ...answer });
  });

async function addFirst(world: World): Promise<number> {
  const { db, caddy } = world;
  await withPostgres(db, (sql) => deleteRoute({ sql, caddy, workspace, project: "first" }));
  return timed(() => ensure(world, "first"));
}

/** As if all had been added one by one, in one step for each side. */
async function fill({ caddy, root, theirs }: World): Promise<void> {
  const names = Array.from({ length: MANY - 1 }, (_, at) => `site-${at}`);
  const spec = (project: string) => ({ kind: "static" as const, root: `${root}/${project}` });
  await changeRoutes(caddy, () =>
    names.map((project) => caddyRoute({ project, host: `${project}.apps.localhost` }, spec(project), caddy)),
  );
  await theirs.fill(names.map((name) => [`${name}.apps.localhost`, root]));
}

/** Eight writers add hosts at the same time; what is missing afterwards was lost, although its writer was told of success. */
async function writeAtOnce(world: World) {
  const names = Array.from({ length: WRITERS * EACH }, (_, at) => `writer-${at}`);
  const share = async (add: (name: string) => Promise<unknown>) => {
    const told: string[] = [];
    const writer = async (own: string[]) => {
      for (const name of own) if (await add(name)) told.push(`${name}.apps.localhost`);
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, at) => writer(names.slice(at * EACH, (at + 1) * EACH))));
    return told;
  };
  const byUs = await share((name) => ensure(world, name));
  const byThem = await share((name) => world.theirs.addSite(`${name}.apps.localhost`, world.root));
  const { servers } = await readEdge(world.caddy);
  const ours = (servers[world.caddy.server]?.routes ?? []).map((route) => ownRoute(route)?.host ?? "");
  const theirs = await world.theirs.hosts();
  return {
    lostUpdates: missing(byUs, ours),
    duplicates: ours.length - new Set(ours).size,
    rivalLostUpdates: missing(byThem, theirs),
    rivalDuplicates: theirs.length - new Set(theirs).size,
  };
}

const missing = (told: string[], there: string[]): number => told.filter((host) => !there.includes(host)).length;

/** Users of one app hold WebSockets while somebody else publishes a site several times. */
async function deployBeside(world: World) {
  const { db, caddy, root, theirs } = world;
  const app = await startEchoSocket();
  const site = { transport: "local" as const, root };
  const deploy = (version: number) =>
    withPostgres(db, (sql) =>
      withHost(site, (host) =>
        deploySite({ sql, host, caddy, project: "first", archive: archiveOf({ "index.html": `version ${version}` }) }),
      ),
    );
  await ensure(world, "chat", app.address);
  await deploy(0);
  const folders = Array.from({ length: DEPLOYS + 1 }, (_, version) => join(root, `by-hand-${version}`));
  await theirs.fill([["first.apps.localhost", folders[0] ?? ""]], [["chat.apps.localhost", app.address]]);
  const [mine, others] = [await openWebSockets(caddy.port, SOCKETS), await openWebSockets(theirs.port, SOCKETS)];
  for (let version = 1; version <= DEPLOYS; version++) {
    await deploy(version);
    await theirs.switchRoot(folders[version - 1] ?? "", folders[version] ?? "");
  }
  const counts = {
    webSockets: SOCKETS,
    droppedWebSockets: await mine.dropped(),
    rivalDroppedWebSockets: await others.dropped(),
  };
  // Not hidden: a new host name is a new configuration, and this version of Caddy drops WebSockets then.
  await ensure(world, "another");
  const droppedByNewHost = await mine.dropped();
  app.stop();
  return { ...counts, droppedByNewHost };
}
