import { describe, expect, it } from "vitest";
import { findBase, listBases } from "../../../../f/lib/nocodb/base.ts";
import { ensureBase } from "../../../../f/lib/nocodb/ensure_base.ts";
import { tableRows } from "../../../../f/lib/nocodb/metadata.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { HOSTILE_NAMES } from "../../../support/names.ts";
import { testNocodb } from "../../../support/nocodb.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const nocodb = testNocodb();

const start = async (prepare = "") => {
  const project = `my-${uniqueProject()}`;
  const schema = project.replaceAll("-", "_");
  const workspace = memoryWorkspace();
  await withPostgres(db, async (sql) => {
    await ensureSchema({ sql, db, workspace }, project);
    if (prepare) await sql.query(`set role ${schema}_owner; set search_path = ${schema}; ${prepare}; reset role`);
  });
  const ensure = (storage = "project_schema") =>
    withPostgres(db, (sql) => ensureBase({ sql, workspace, nocodb: nocodb.api }, { project, storage }));
  return { project, schema, workspace, ensure };
};

describe("ensureBase", () => {
  it("puts the base on the project's own schema, with the tables that are there, and is then unchanged", async () => {
    const { project, schema, ensure } = await start("create table item (id serial primary key, name text)");
    const made = await ensure();
    expect(made).toMatchObject({ project, storage: "project_schema", schema, status: "created" });
    const base = await findBase(nocodb.api, project);
    expect(await tableRows(nocodb.api, base!)).toMatchObject([{ table_name: "item" }]);
    expect(await ensure()).toEqual({ ...made, status: "unchanged" });
    expect((await listBases(nocodb.api)).filter(({ title }) => title === project)).toHaveLength(1);
  });

  it("keeps its tables in NocoDB's own database when told to", async () => {
    const { ensure } = await start();
    const made = await ensure("nocodb");
    expect(made).toMatchObject({ storage: "nocodb", schema: made.base.id, status: "created" });
    expect(await ensure("nocodb")).toMatchObject({ status: "unchanged" });
    expect(await ensure("project_schema")).toMatchObject({ storage: "project_schema", status: "updated" });
    await expect(ensure("nocodb")).rejects.toMatchObject({ status: 412 });
  });

  it("goes on where a killed call has left off: a base without its schema", async () => {
    const { project, ensure } = await start();
    await nocodb.api.post("/api/v3/meta/workspaces/w/bases", {
      title: "half",
      description: `run8n project ${project}`,
    });
    expect(await ensure()).toMatchObject({ base: { title: "half" }, storage: "project_schema", status: "updated" });
  });

  it("takes no base for its own that only has the title", async () => {
    const { project, ensure } = await start();
    const { id } = await nocodb.api.post<{ id: string }>("/api/v3/meta/workspaces/w/bases", { title: project });
    expect((await ensure()).base.id).not.toBe(id);
  });

  it("makes one base for many callers at once", async () => {
    const { project, ensure } = await start();
    const results = await Promise.all([ensure(), ensure(), ensure()]);
    expect(results.map(({ status }) => status).sort()).toEqual(["created", "unchanged", "unchanged"]);
    expect((await listBases(nocodb.api)).filter(({ title }) => title === project)).toHaveLength(1);
  });

  it("needs the schema first", async () => {
    const project = uniqueProject();
    const call = withPostgres(db, (sql) =>
      ensureBase({ sql, workspace: memoryWorkspace(), nocodb: nocodb.api }, { project, storage: "project_schema" }),
    );
    await expect(call).rejects.toMatchObject({ status: 404, hint: expect.stringContaining("ensure_schema") });
  });

  it.each(HOSTILE_NAMES)("refuses a project name with %s", async (_, project) => {
    const ports = { sql: undefined as never, workspace: memoryWorkspace(), nocodb: nocodb.api };
    await expect(ensureBase(ports, { project: project as string, storage: "nocodb" })).rejects.toMatchObject({
      status: 400,
    });
  });
});
