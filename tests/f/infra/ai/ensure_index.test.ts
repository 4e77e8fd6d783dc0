import { describe, expect, it } from "vitest";
import { main as ensureIndex } from "../../../../f/infra/ai/ensure_index.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";
import { testQdrant } from "../../../support/qdrant.ts";

const db = testDatabase();
const qdrant = testQdrant();

type Settings = Partial<{
  audience: "public" | "users" | "members";
  tenancy: "none" | "user" | "organization";
  model: string;
  dimensions: number;
  chunkTokens: number;
  overlapTokens: number;
  plan: string;
}>;
const ensure = (project: string, settings: Settings = {}, index = "docs") => {
  const { audience, tenancy, model, dimensions, chunkTokens, overlapTokens, plan } = settings;
  const rest = [undefined, undefined, undefined, plan, qdrant.value, db] as const;
  return ensureIndex(project, index, audience, tenancy, model, dimensions, chunkTokens, overlapTokens, ...rest);
};
const newProject = async () => {
  const project = uniqueProject();
  const roles = await withPostgres(db, (sql) => projectSchema(sql, db, project));
  return { project, ...roles };
};

describe("ensure_index", () => {
  it("makes ledger, settings and collection, and changes nothing the next time", async () => {
    const { project } = await newProject();
    const first = await ensure(project);
    expect(first).toEqual({
      project,
      index: "docs",
      collection: `${project}__docs`,
      status: "created",
      changes: [],
      rereads: false,
      settings: {
        model: "text-embedding-3-small",
        dimensions: 1536,
        chunkTokens: 400,
        overlapTokens: 50,
        hybrid: true,
        audience: "users",
        tenancy: "none",
        chatModel: "gpt-4o-mini",
        quantization: "none",
      },
    });
    expect(await ensure(project)).toEqual({ ...first, status: "unchanged" });
    const { config } = await qdrant.client.getCollection(`${project}__docs`);
    expect(config.params).toMatchObject({
      vectors: { dense: { size: 1536 } },
      sparse_vectors: { words: { modifier: "idf" } },
    });
  });

  it("lets the app read settings and nothing of what is in an index", async () => {
    const { project, app, readonly, schema } = await newProject();
    await ensure(project);
    const may = async (role: typeof app, statement: string) =>
      withPostgres(role, (sql) => sql.query(statement)).then(
        () => true,
        () => false,
      );
    expect(await may(app, `select settings from ${schema}.ai_index`)).toBe(true);
    expect(await may(app, `update ${schema}.ai_index set settings = '{}'`)).toBe(false);
    for (const table of ["ai_chunk", "ai_vector", "ai_run_document"]) {
      expect(await may(app, `select * from ${schema}.${table}`)).toBe(false);
      expect(await may(readonly, `select * from ${schema}.${table}`)).toBe(false);
    }
  });

  it("plans what would lose every vector, and says when documents will be read again", async () => {
    const { project } = await newProject();
    await ensure(project, { dimensions: 64 });
    expect(await ensure(project, { dimensions: 64, chunkTokens: 200 })).toMatchObject({
      status: "updated",
      rereads: true,
    });
    const planned = await ensure(project, { dimensions: 128, chunkTokens: 200 });
    expect(planned).toMatchObject({ status: "planned", rereads: true, plan: { points: 0 } });
    expect(await ensure(project, { dimensions: 64, chunkTokens: 200 })).toMatchObject({ status: "unchanged" });
    const done = await ensure(project, { dimensions: 128, chunkTokens: 200, plan: planned.plan!.hash });
    expect(done).toMatchObject({ status: "updated", settings: { dimensions: 128 } });
  });

  it.each<[string, Settings & { index?: string }]>([
    ["no such index name", { index: "Docs!" }],
    ["a model that is none", { model: "a model; drop table" }],
    ["a model of unknown size", { model: "nomic-embed-text" }],
    ["pieces of nothing", { chunkTokens: 10 }],
    ["more overlap than text", { chunkTokens: 100, overlapTokens: 90 }],
    ["an audience that there is not", { audience: "everyone" as "public" }],
    ["tenants whom nobody knows", { audience: "public", tenancy: "user" }],
    ["organizations without members", { audience: "users", tenancy: "organization" }],
  ])("refuses %s and makes nothing", async (_, { index = "docs", ...settings }) => {
    const { project } = await newProject();
    await expect(ensure(project, settings, index)).rejects.toMatchObject({ code: "invalid_input" });
    expect(await qdrant.client.collectionExists(`${project}__docs`)).toEqual({ exists: false });
  });

  it("needs the project's schema", async () => {
    await expect(ensure(uniqueProject())).rejects.toMatchObject({ code: "precondition_failed" });
  });
});
