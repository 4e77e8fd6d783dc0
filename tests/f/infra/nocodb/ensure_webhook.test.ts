import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main as createRecords } from "../../../../f/infra/nocodb/create_records.ts";
import { main as ensureWebhook } from "../../../../f/infra/nocodb/ensure_webhook.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { jobWorkspace } from "../../../../f/lib/windmill/workspace.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { nocodbProject } from "../../../support/nocodb_project.ts";

const { db, nocodb, project, table } = nocodbProject();
jobsEngine();

const calls: { word: unknown; body: { type: string; data: { rows: object[] } } }[] = [];
const server = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  calls.push({ word: request.headers["x-word"], body: JSON.parse(text) });
  response.end();
});
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const folder = `f/project_${project.replaceAll("-", "_")}`;
const word = `${folder}/word`;
type Options = { name?: string; url?: string; events?: string[]; headers?: object; active?: boolean; table?: string };
const ensure = (options: Options = {}) =>
  ensureWebhook(
    project,
    options.table ?? "Item",
    options.name ?? "told",
    options.url ?? url(),
    (options.events ?? null) as never,
    options.headers ?? (null as never),
    options.active ?? (null as never),
    db,
    nocodb.value,
  );
const insert = (What: string) => createRecords(project, "Item", [{ What }], undefined, db, nocodb.value);

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  await table({ title: "Item", fields: [{ title: "What", type: "SingleLineText" }] });
  await jobWorkspace().ensureFolder(folder);
  await jobWorkspace().setSecret(word, "open sesame", "for the test");
});
afterAll(() => void server.close());

describe("ensure_webhook", () => {
  it("has records told with the secret of a variable, shows no value of it, and is then unchanged", async () => {
    const made = await ensure({ headers: { "x-word": word } });
    expect(made).toEqual({
      ...{ project, table: "Item", status: "created" },
      webhook: {
        ...{ id: expect.any(String), name: "told", url: url(), events: ["insert", "update", "delete"] },
        ...{ headers: ["x-word"], active: true },
      },
    });
    expect(await ensure({ headers: { "x-word": word } })).toEqual({ ...made, status: "unchanged" });
    await insert("tea");
    await expect
      .poll(() => calls)
      .toMatchObject([
        { word: "open sesame", body: { type: "records.after.insert", data: { rows: [{ What: "tea" }] } } },
      ]);
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select arguments, result from run8n.operation where verb = 'infra/nocodb/ensure_webhook'"),
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(JSON.stringify(rows)).not.toContain("sesame");
  });

  it("changes what differs, also a secret that has changed, and makes no second one", async () => {
    const { webhook } = await ensure({ headers: { "x-word": word } });
    await jobWorkspace().setSecret(word, "another", "for the test");
    const changed = await ensure({ headers: { "x-word": word }, events: ["update"] });
    expect(changed).toMatchObject({ status: "updated", webhook: { id: webhook.id, events: ["update"] } });
    expect(await ensure({ events: ["update"], active: false })).toMatchObject({
      ...{ status: "updated", webhook: { id: webhook.id, headers: [], active: false } },
    });
  });

  it("makes one for callers at once", async () => {
    const results = await Promise.all([ensure({ name: "race" }), ensure({ name: "race" }), ensure({ name: "race" })]);
    expect(results.map(({ status }) => status).sort()).toEqual(["created", "unchanged", "unchanged"]);
  });

  it.each<[string, Options, number]>([
    ["a private address", { url: "http://10.0.0.1/" }, 400],
    ["an event that is none", { events: ["select"] }, 400],
    ["no event", { events: [] }, 400],
    ["a name with a quote", { name: "it's" }, 400],
    ["a variable of another folder", { headers: { "x-word": "f/infra/word" } }, 400],
    ["a variable that is not there", { headers: { "x-word": `${folder}/nothing` } }, 404],
    ["a table that is not there", { table: "Nope" }, 404],
  ])("refuses %s", async (_, options, status) => {
    await expect(ensure(options)).rejects.toMatchObject({ status });
  });
});
