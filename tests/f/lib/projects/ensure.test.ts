import { describe, expect, inject, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureProject } from "../../../../f/lib/projects/ensure.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const { caddy } = inject("services");

const ensure = (
  project: string,
  workspace = memoryWorkspace(),
  { template = "static", edge = caddy as typeof caddy } = {},
) => withPostgres(db, (sql) => ensureProject({ sql, workspace, caddy: edge }, { project, template }));

describe("ensureProject", () => {
  it("records the project, makes its folder, and answers the names that follow", async () => {
    const project = `my-${uniqueProject()}`;
    const workspace = memoryWorkspace();
    const folder = `f/project_${project.replace("-", "_")}`;
    const host = `${project}.apps.localhost`;
    const url = `http://${host}:${caddy.port}`;
    expect(await ensure(project, workspace)).toEqual({
      project,
      template: "static",
      schema: project.replace("-", "_"),
      folder,
      host,
      url,
      status: "created",
    });
    expect([...workspace.folders]).toEqual([folder]);
    expect(workspace.resources.get(`${folder}/project`)).toEqual({
      type: "run8n_project",
      value: { name: project, origins: [url] },
    });
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select * from run8n.project where name = $1", [project]),
    );
    expect(rows).toMatchObject([{ template: "static", status: "provisioning", url, live_at: null }]);
  });

  it("names the origin as a browser sends it: no default port, no path", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    await ensure(project, workspace, { edge: { ...caddy, domain: "example.com", publicUrl: "https://{host}:443/" } });
    const { value } = workspace.resources.get(`f/project_${project}/project`)!;
    expect(value.origins).toEqual([`https://${project}.example.com`]);
  });

  it("changes nothing when it runs again", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    await ensure(project, workspace);
    expect(await ensure(project, workspace)).toMatchObject({ status: "unchanged" });
  });

  it("follows the server to another domain, and keeps origins that somebody added", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const path = `f/project_${project}/project`;
    await ensure(project, workspace);
    const { origins } = workspace.resources.get(path)!.value as { origins: string[] };
    await workspace.setResource(path, "run8n_project", {
      name: project,
      origins: [...origins, "https://shop.example"],
    });
    expect(await ensure(project, workspace)).toMatchObject({ status: "unchanged" });
    const moved = { edge: { ...caddy, domain: "new.example", publicUrl: "https://{host}" } };
    const url = `https://${project}.new.example`;
    expect(await ensure(project, workspace, moved)).toMatchObject({ url, status: "updated" });
    expect(workspace.resources.get(path)!.value).toEqual({ name: project, origins: [url, "https://shop.example"] });
    expect(await ensure(project, workspace, moved)).toMatchObject({ status: "unchanged" });
  });

  it("puts back a resource that is gone or broken", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    await ensure(project, workspace);
    await workspace.setResource(`f/project_${project}/project`, "run8n_project", { origins: "https://x" });
    expect(await ensure(project, workspace)).toMatchObject({ status: "updated" });
    workspace.resources.clear();
    expect(await ensure(project, workspace)).toMatchObject({ status: "updated" });
  });

  it("refuses a name that was made from another template", async () => {
    const project = uniqueProject();
    await ensure(project);
    await withPostgres(db, (sql) => sql.query("update run8n.project set template = 'next' where name = $1", [project]));
    const workspace = memoryWorkspace();
    await expect(ensure(project, workspace)).rejects.toMatchObject({
      code: "conflict",
      status: 409,
      details: { template: "next" },
    });
    expect(workspace.folders.size).toBe(0);
  });

  it.each([
    "",
    "Static",
    "next",
    "../static",
    "__proto__",
    "toString",
    "$var:f/infra/x",
    undefined,
    null,
    7,
    ["static"],
  ])("refuses the template %j before anything happens", async (template) => {
    const ensuring = ensure(uniqueProject(), memoryWorkspace(), { template: template as string });
    if (template === undefined) return expect(await ensuring).toMatchObject({ template: "static" });
    await expect(ensuring).rejects.toMatchObject({
      code: "invalid_input",
      details: { templates: expect.arrayContaining(["static"]) },
    });
  });

  it.each(["before", "after"] as const)("killed at any call, %s it is done, goes on where it was", async (when) => {
    for (let at = 1; ; at++) {
      const project = uniqueProject();
      const workspace = memoryWorkspace();
      const { life, ...kill } = dying(at, when);
      await withPostgres(db, (sql) =>
        ensureProject(
          { sql: kill.sql(sql), workspace: kill.workspace(workspace), caddy },
          { project, template: "static" },
        ),
      ).catch(() => undefined);
      if (!life.died) return expect(at).toBeGreaterThan(6);
      await ensure(project, workspace);
      expect(await ensure(project, workspace)).toMatchObject({ status: "unchanged" });
      expect(workspace.resources.size).toBe(1);
    }
  });

  it("creates it once for many callers at once", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const results = await Promise.all(Array.from({ length: 8 }, () => ensure(project, workspace)));
    expect(results.map(({ status }) => status).sort()).toEqual(["created", ...Array(7).fill("unchanged")]);
  });
});
