import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { applyKind } from "../../f/lib/projects/apply_kind.ts";
import { jobPorts } from "../../f/lib/projects/ports.ts";
import type { Ask } from "../../f/lib/projects/target.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import { jobsEngine } from "./job_workspace.ts";
import { keep } from "./workspace_items.ts";

/** Lets the scripts of f/infra/projects work in this test file as in a job: an engine with the connections of the server. */
export function projectJobs(db: PostgresqlValue) {
  const jobs = jobsEngine();
  const sites = mkdtempSync(join(tmpdir(), "run8n-sites-"));
  const { caddy, redis } = inject("services");
  beforeAll(async () => {
    const windmill = new URL(jobs.engine.url).host;
    await keep(jobs.engine, {
      "f/infra/postgres": db,
      "f/infra/redis": redis,
      "f/infra/caddy": { ...caddy, windmill, workspace: jobs.engine.workspace },
      "f/infra/site_host": { transport: "local", root: sites },
    });
  });
  afterAll(() => rmSync(sites, { recursive: true, force: true }));
  /** Makes some kinds of a project's resources, where a test needs no more of it. */
  const make = (ask: Ask, ...kinds: string[]) =>
    withPostgres(db, async (sql) => {
      for (const kind of kinds) await applyKind(jobPorts(sql, db), { ...ask, kind });
    });
  return { jobs, sites, make };
}
