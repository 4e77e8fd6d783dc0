import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
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
  return { jobs, sites };
}
