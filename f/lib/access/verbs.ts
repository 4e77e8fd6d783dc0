import * as z from "zod";
import { type Host, withHost } from "../host/host.ts";
import { listOperations } from "../operations/list.ts";
import { applyMigrations } from "../postgres/migrations/apply.ts";
import { planMigrations } from "../postgres/migrations/plan.ts";
import { runQuery } from "../postgres/query/run.ts";
import { applyProject } from "../projects/apply_project.ts";
import { checkDrift } from "../projects/drift.ts";
import type { Ports } from "../projects/kinds/kind.ts";
import { planProject } from "../projects/plan.ts";
import { requireProject } from "../projects/record.ts";
import type { Ask } from "../projects/target.ts";
import type { CaddyValue, SiteHostValue } from "../resources.ts";
import { deploySite } from "../sites/deploy.ts";
import { deployFiles } from "../sites/deploy_files.ts";
import { listReleases } from "../sites/list.ts";
import { planDeploy } from "../sites/plan.ts";
import { rollbackSite } from "../sites/rollback.ts";
import type { SitePorts } from "../sites/serve.ts";
import type { AccessKey } from "./record.ts";
import type { Scope } from "./scopes.ts";

/** Whom a call is for: the project on record, and which environment of which project that is. */
export type Whose = { target: string } & Pick<AccessKey, "project" | "environment">;

/** A verb as the gate serves it: what it takes, checked closed, and what it does with the project that the key is for. */
type Verb<Takes extends z.ZodType = z.ZodType> = {
  takes: Takes;
  run(ports: Ports, whose: Whose, given: z.infer<Takes>): Promise<object>;
};

const verb = <Takes extends z.ZodType>(takes: Takes, run: Verb<Takes>["run"]): Verb => ({ takes, run }) as Verb;

const NOTHING = z.strictObject({});
const HASH = z.string().regex(/^[0-9a-f]{8,64}$/, "must be a hash that a plan gave");
const BASE64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, "must be base64");
const MANIFEST = z.record(z.string(), z.unknown());
const MIGRATIONS = z.array(z.strictObject({ name: z.string().max(200), sql: z.string().max(1_000_000) })).max(1000);
const ENTRY = z.strictObject({
  path: z.string().max(500),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal"),
  sizeBytes: z.int().min(0),
});

/** Sites need the machine that holds their files, and the proxy that serves them. */
async function onSite<T>(
  { sql, connection }: Ports,
  work: (ports: SitePorts & { host: Host }) => Promise<T>,
): Promise<T> {
  const caddy = await connection<CaddyValue>("caddy");
  return withHost(await connection<SiteHostValue>("site_host"), (host) => work({ sql, host, caddy }));
}

/** What a preview takes over from production, and how long it stays, is not for the holder of the preview's key to say. */
function askOf({ project, environment }: Whose, manifest?: Record<string, unknown>): Ask {
  const { environments: _, ...rest } = manifest ?? {};
  return { project, environment, manifest: environment === "production" ? manifest : manifest && rest };
}

/** Every verb that a key can be made for. None of them takes a project, a connection or a path in Windmill. */
export const VERBS: Record<Scope, Verb> = {
  get_project: verb(NOTHING, ({ sql }, { target }) => requireProject(sql, target)),
  list_operations: verb(
    z.strictObject({
      failed: z.boolean().optional(),
      cursor: z.string().max(80).optional(),
      limit: z.int().min(1).max(500).optional(),
    }),
    ({ sql }, { target }, given) => listOperations(sql, { ...given, project: target }),
  ),
  check_drift: verb(NOTHING, (ports, { target }) => checkDrift(ports, { project: target })),
  plan_project: verb(z.strictObject({ manifest: MANIFEST.optional() }), (ports, whose, { manifest }) =>
    planProject(ports, askOf(whose, manifest)),
  ),
  apply_project: verb(
    z.strictObject({ manifest: MANIFEST.optional(), planHash: HASH.optional() }),
    (ports, whose, { manifest, planHash }) => applyProject(ports, { ...askOf(whose, manifest), planHash }),
  ),
  list_releases: verb(NOTHING, (ports, { target }) => onSite(ports, (site) => listReleases(site, target))),
  plan_deploy: verb(
    z.strictObject({ entries: z.array(ENTRY).max(5000), settings: MANIFEST.optional() }),
    (ports, { target }, listing) => onSite(ports, ({ host }) => planDeploy(host, { project: target, listing })),
  ),
  deploy_files: verb(z.strictObject({ batch: BASE64 }), (ports, { target }, { batch }) =>
    onSite(ports, (site) => deployFiles({ ...site, project: target, batch })),
  ),
  deploy_site: verb(z.strictObject({ archive: BASE64 }), (ports, { target }, { archive }) =>
    onSite(ports, (site) => deploySite({ ...site, project: target, archive })),
  ),
  rollback_site: verb(z.strictObject({ release: z.string().max(80).optional() }), (ports, { target }, { release }) =>
    onSite(ports, (site) => rollbackSite({ ...site, project: target, release })),
  ),
  plan_migrations: verb(z.strictObject({ migrations: MIGRATIONS }), (ports, { target }, { migrations }) =>
    planMigrations(ports, { project: target, migrations }),
  ),
  apply_migrations: verb(
    z.strictObject({
      migrations: MIGRATIONS,
      planHash: HASH.optional(),
      baseline: z.string().max(200).optional(),
    }),
    (ports, { target }, { planHash = "", baseline = "", migrations }) =>
      applyMigrations(ports, { project: target, migrations, planHash, baseline }),
  ),
  run_query: verb(
    z.strictObject({
      query: z.string().max(100_000),
      params: z.array(z.string().max(10_000)).max(100).default([]),
      maxRows: z.int().min(1).max(1000).default(100),
      timeoutSeconds: z.int().min(1).max(60).default(10),
    }),
    (ports, { target }, given) => runQuery(ports, { ...given, project: target, maxBytes: 1_000_000 }),
  ),
};
