import { describe, expect, it } from "vitest";
import { folderOf } from "../../../../f/lib/names.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { askDocuments } from "../../../../scripts/cli/demo/documents.ts";
import { openWindmill } from "../../../../scripts/cli/windmill.ts";
import { aiEngine } from "../../../support/ai_engine.ts";
import { documents } from "../../../support/ai_index.ts";
import { uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";
import { keep } from "../../../support/workspace_items.ts";

const { db, engine, index: newIndex, runFlow, start, ended, jobOf, crash, held, ai } = aiEngine();

const corpus = (count: number, what = "subject") =>
  documents(
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `${at}.md`,
        `## One\n\nAll about ${what} ${at}.\n\n## Two\n\nMore about it.`,
      ]),
    ),
  );

describe("the flow ingest_documents", () => {
  it("ingests in batches on several workers, and again for nothing", async () => {
    const { project } = await newIndex();
    const asked = { project, index: "docs", source: "main", spec: corpus(230) };
    expect(await runFlow(asked)).toMatchObject({
      success: true,
      result: { status: "succeeded", documents: 230, ingested: 230, chunks: 460, missing: 0, stale: 0, orphaned: 0 },
    });
    await ai.openai.resetCalls();
    const again = await start(asked);
    expect(await ended(again)).toMatchObject({ success: true, result: { status: "succeeded", unchanged: 230 } });
    expect((await ai.openai.calls()).embeddings).toBe(0);
    const modules = (await jobOf(again)).flow_status.modules;
    expect(modules.map(({ id, flow_jobs }: { id: string; flow_jobs?: unknown[] }) => [id, flow_jobs?.length])).toEqual([
      ["begin", undefined],
      ["batches", 0],
      ["verify", undefined],
    ]);
  });

  it("goes on after the whole server was killed in the middle, without paying twice", async () => {
    const index = await newIndex();
    const asked = { project: index.project, index: "docs", source: "main", spec: corpus(150, "crash") };
    await ai.openai.resetCalls();
    await ai.openai.set({ latencyMs: 300 });
    await start(asked);
    await expect
      .poll(async () => (await ai.openai.calls()).inputs, { timeout: 60_000, interval: 5 })
      .toBeGreaterThan(0);
    await crash();
    await ai.openai.set({});
    expect(await runFlow(asked)).toMatchObject({
      success: true,
      result: { status: "succeeded", chunks: 300 },
    });
    expect(Object.keys(await held(index))).toHaveLength(150);
    // Every text is new, 151 of them distinct; only what was under way when the crash came may have been asked twice.
    expect((await ai.openai.calls()).inputs).toBeLessThanOrEqual(151 + 2 * 151);
  });

  it("fails with what is wrong, in words that say what to do", async () => {
    const { project } = await newIndex();
    const run = (more: object) => runFlow({ project, index: "docs", source: "main", spec: corpus(1), ...more });
    expect(await run({ index: "other" })).toMatchObject({
      success: false,
      result: { error: { extra: { code: "not_found", hint: expect.stringContaining("ensure_index") } } },
    });
    expect(await run({ spec: { kind: "magic" } })).toMatchObject({
      success: false,
      result: { error: { extra: { code: "invalid_input" } } },
    });
  });

  it("adds search to an app: this repository's documents, and three questions over HTTP with cited answers", async () => {
    const project = uniqueProject();
    const { app } = await withPostgres(db, (sql) => projectSchema(sql, db, project));
    await keep(engine(), {
      [`${folderOf(project)}/project`]: { name: project, origins: [`https://${project}.example.com`] },
      [`${folderOf(project)}/postgres_app`]: app,
    });
    const { url, workspace, token } = engine();
    const checks = await askDocuments({
      windmill: openWindmill({ url, workspace, token }),
      project,
      async post(path, body) {
        const headers = { "content-type": "application/json" };
        const sent = { method: "POST", headers, body: JSON.stringify(body) };
        const answer = await fetch(`${url}/api/r/${workspace}/apps/${project}/${path}`, sent);
        return { status: answer.status, body: await answer.text() };
      },
    });
    expect(checks.map(({ ok, detail }) => (ok ? "" : detail))).toEqual(["", "", "", "", ""]);
  });
});
