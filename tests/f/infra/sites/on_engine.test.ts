import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { SiteHostValue } from "../../../../f/lib/resources.ts";
import { archiveOf } from "../../../support/archives.ts";
import { batchOf, type Files, listing } from "../../../support/batches.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import type { TestEngine } from "../../../support/engine.ts";
import { testHosts } from "../../../support/hosts.ts";
import { pushedEngine } from "../../../support/pushed_engine.ts";
import { keep } from "../../../support/workspace_items.ts";

const db = testDatabase();
const { caddy } = inject("services");
const dataDir = mkdtempSync(join(tmpdir(), "run8n-engine-"));
let engine: TestEngine;

beforeAll(async () => {
  engine = await pushedEngine({ dataDir });
  const edge = { ...caddy, windmill: new URL(engine.url).host, workspace: engine.workspace };
  await keep(engine, { "f/infra/postgres": db, "f/infra/caddy": edge });
});
afterAll(async () => {
  await engine?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function useHost(value: SiteHostValue): Promise<void> {
  await engine.api("/w/{w}/resources/delete/f/infra/site_host", { method: "DELETE" });
  await keep(engine, { "f/infra/site_host": value });
}

/** What `curl --data-binary @site.tgz` sends. */
async function upload(project: string, body: Uint8Array | string, type = "application/gzip", verb = "deploy_site") {
  const path = `/w/{w}/jobs/run_wait_result/p/f/infra/sites/${verb}?project=${project}&include_query=project`;
  const answer = await engine.api(path, { method: "POST", headers: { "content-type": type }, body: body as BodyInit });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe.each(testHosts("ssh"))("sites and routes as Windmill runs them, over $transport", ({ value }) => {
  beforeAll(() => useHost(value));
  const site = (text: string) => Buffer.from(archiveOf({ "index.html": text }), "base64");
  const page = async (project: string) => (await visit(caddy, `${project}.apps.localhost`)).body;

  it("go live with one request for the site and one for its route, and back with another", async () => {
    const project = uniqueProject();
    expect(await upload(project, site("one"))).toEqual({
      status: 200,
      body: {
        project,
        release: expect.any(String),
        previousRelease: null,
        files: 1,
        sizeBytes: 3,
        status: "created",
        previewUrl: expect.any(String),
      },
    });
    const route = await engine.run("f/infra/caddy/ensure_route", { project });
    expect(route).toMatchObject({ status: 200, body: { host: `${project}.apps.localhost`, status: "created" } });
    expect(await page(project)).toBe("one");

    expect((await upload(project, site("two"))).body).toMatchObject({ status: "updated" });
    expect(await page(project)).toBe("two");
    expect(await engine.run("f/infra/caddy/ensure_route", { project })).toMatchObject({
      body: { status: "unchanged" },
    });

    expect(await engine.run("f/infra/sites/rollback_site", { project })).toMatchObject({ body: { status: "updated" } });
    expect(await page(project)).toBe("one");
    const releases = await engine.run("f/infra/sites/list_releases", { project });
    expect(releases.body).toMatchObject({
      items: [{ state: "previous" }, { state: "current", by: expect.any(String) }],
    });

    expect(await engine.run("f/infra/caddy/list_routes", { project })).toMatchObject({
      body: { items: [{ project }] },
    });
    expect(await engine.run("f/infra/caddy/reconcile_routes")).toMatchObject({ status: 200 });
    expect(await engine.run("f/infra/caddy/delete_route", { project })).toMatchObject({ body: { status: "deleted" } });
  });

  it("go live by what is new in them", async () => {
    const project = uniqueProject();
    await engine.run("f/infra/caddy/ensure_route", { project });
    const files = { "index.html": "one", "app.js": "run();\n".repeat(1000) };
    const send = (all: Files, contents: string[]) =>
      upload(project, Buffer.from(batchOf(listing(all), contents), "base64"), "application/x-tar", "deploy_files");
    const planned = await engine.run("f/infra/sites/plan_deploy", { project, listing: listing(files) });
    expect(planned).toMatchObject({
      status: 200,
      body: { status: "lacking", lacking: [expect.any(String), expect.any(String)] },
    });
    expect(await send(files, Object.values(files))).toMatchObject({ status: 200, body: { status: "created" } });
    expect(await send({ ...files, "index.html": "two" }, ["two"])).toMatchObject({ body: { status: "updated" } });
    expect(await page(project)).toBe("two");
    const script = await visit(caddy, `${project}.apps.localhost`, "/app.js", {
      headers: { "accept-encoding": "zstd" },
    });
    expect(script.headers).toMatchObject({ "content-encoding": "zstd", vary: "Accept-Encoding" });
    await engine.run("f/infra/caddy/delete_route", { project });
  });

  it("begin with the template's starter, whose API is Windmill's", async () => {
    const project = uniqueProject();
    expect(await engine.run("f/infra/sites/ensure_site", { project })).toMatchObject({ body: { status: "created" } });
    await engine.run("f/infra/caddy/ensure_route", { project });
    expect(await page(project)).toMatch(/^<!doctype html>/i);
    const missing = await visit(caddy, `${project}.apps.localhost`, "/api/nothing/here");
    expect(missing).toMatchObject({ status: 404, body: expect.stringMatching(/^Not found: Trigger not found/) });
    await engine.run("f/infra/caddy/delete_route", { project });
  });

  it.each<[string, string | Uint8Array, string]>([
    ["text", "no archive", "text/plain"],
    ["an empty body", "", "application/gzip"],
    ["JSON without an archive", "{}", "application/json"],
    ["an archive that leaves the site", Buffer.from(archiveOf({ "../x": "" }), "base64"), "application/gzip"],
  ])("refuse %s as a site", async (_, body, type) => {
    expect(await upload(uniqueProject(), body, type)).toMatchObject({
      status: 422,
      body: { error: { name: "InvalidInputError", extra: { code: "invalid_input", hint: expect.any(String) } } },
    });
  });
});
