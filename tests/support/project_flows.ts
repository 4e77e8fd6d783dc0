import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, vi } from "vitest";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import { startEngine, type TestEngine } from "./engine.ts";
import { pushedEngine } from "./pushed_engine.ts";
import { keep } from "./workspace_items.ts";

export type Module = { id: string; type: string; job?: string };
export type FlowJob = { type: string; success?: boolean; result?: unknown; modules: Module[] };

/** An engine that holds all of `f/` with the connections of the shared servers, and can be killed and started again. */
export function projectFlows(db: PostgresqlValue) {
  const dataDir = mkdtempSync(join(tmpdir(), "run8n-flows-"));
  const sites = mkdtempSync(join(tmpdir(), "run8n-sites-"));
  const { caddy, redis } = inject("services");
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await pushedEngine({ dataDir });
    const windmill = new URL(engine.url).host;
    await keep(engine, {
      "f/infra/postgres": db,
      "f/infra/redis": redis,
      "f/infra/caddy": { ...caddy, windmill, workspace: engine.workspace },
      "f/infra/site_host": { transport: "local", root: sites },
    });
  });
  afterAll(async () => {
    await engine?.stop();
    for (const folder of [dataDir, sites]) rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a flow and answers its job id. */
  async function start(flow: string, args: Record<string, unknown>): Promise<string> {
    const headers = { "content-type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(args) };
    const answer = await engine.api(`/w/{w}/jobs/run/f/f/infra/projects/${flow}`, request);
    expect(answer.status).toBe(201);
    return answer.text();
  }

  async function jobOf(id: string): Promise<FlowJob> {
    const job = await (await engine.api(`/w/{w}/jobs_u/get/${id}`)).json();
    return { ...job, modules: job.flow_status?.modules ?? [] };
  }

  async function ended(id: string): Promise<FlowJob> {
    return vi.waitFor(
      async () => {
        const job = await jobOf(id);
        expect(job.type).toBe("CompletedJob");
        return job;
      },
      { timeout: 60_000 },
    );
  }

  /** How far a flow of one step is, in percent. */
  async function progressOf(id: string): Promise<number> {
    const [step] = (await jobOf(id)).modules;
    if (!step?.job) return 0;
    return (await (await engine.api(`/w/{w}/job_metrics/get_progress/${step.job}`)).json()) ?? 0;
  }

  return {
    start,
    progressOf,
    engine: () => engine,
    run: async (flow: string, args: Record<string, unknown>) => ended(await start(flow, args)),
    /** What a crash of the whole server looks like. */
    async crash() {
      const port = Number(new URL(engine.url).port);
      await engine.kill();
      engine = await startEngine({ dataDir, port });
    },
  };
}
