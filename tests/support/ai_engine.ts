import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { testAi } from "./ai_index.ts";
import { startEngine, type TestEngine } from "./engine.ts";
import { pushedEngine } from "./pushed_engine.ts";
import { keep } from "./workspace_items.ts";

/** An engine with everything that search needs, and an AI of the test's own behind it. It can be killed and started again. */
export function aiEngine() {
  const ai = testAi();
  const dataDir = mkdtempSync(join(tmpdir(), "run8n-ai-"));
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await pushedEngine({ dataDir });
    await keep(engine, {
      "f/infra/postgres": ai.db,
      "f/infra/redis": inject("services").redis,
      "f/infra/qdrant": ai.qdrant.value,
      "f/infra/openai": ai.ai.openai.resource,
    });
  }, 120_000);
  afterAll(async () => {
    await engine?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const flow = "f/api/ai/ingest_documents";
  async function start(args: Record<string, unknown>): Promise<string> {
    const headers = { "content-type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(args) };
    const answer = await engine.api(`/w/{w}/jobs/run/f/${flow}`, request);
    expect(answer.status).toBe(201);
    return answer.text();
  }
  const jobOf = async (id: string) => (await engine.api(`/w/{w}/jobs_u/get/${id}`)).json();
  async function ended(id: string) {
    await expect.poll(async () => (await jobOf(id)).type, { timeout: 90_000 }).toBe("CompletedJob");
    const { success, result } = await jobOf(id);
    return { success, result };
  }
  return {
    ...ai,
    engine: () => engine,
    start,
    jobOf,
    ended,
    /** Runs the flow to its end. */
    runFlow: async (args: Record<string, unknown>) => ended(await start(args)),
    /** What a crash of the whole server looks like. */
    async crash() {
      const port = Number(new URL(engine.url).port);
      await engine.kill();
      engine = await startEngine({ dataDir, port });
    },
  };
}
