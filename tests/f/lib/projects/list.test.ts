import { describe, expect, inject, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureProject } from "../../../../f/lib/projects/ensure.ts";
import { listProjects } from "../../../../f/lib/projects/list.ts";
import { type Project, requireProject } from "../../../../f/lib/projects/record.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const { caddy } = inject("services");

describe("listProjects", () => {
  it("lists projects page by page, also on a server that has none", async () => {
    await withPostgres(db, async (sql) => {
      expect(await listProjects(sql)).toEqual({ items: [] });
      // In this order by every character; a hyphen counts.
      const projects = ["a-z", "a1", "ab"].map((prefix) => uniqueProject(prefix));
      for (const project of projects)
        await ensureProject({ sql, workspace: memoryWorkspace(), caddy }, { project, template: "static" });
      const first = await listProjects(sql, { limit: 2 });
      expect(first).toMatchObject({ nextCursor: projects[1] });
      const rest = await listProjects(sql, { limit: 2, cursor: first.nextCursor });
      const records: Project[] = [];
      for (const project of projects) records.push(await requireProject(sql, project));
      expect([...first.items, ...rest.items]).toEqual(records);
      expect(rest).not.toHaveProperty("nextCursor");
      expect(first.items[0]).toEqual({
        project: projects[0],
        template: "static",
        status: "provisioning",
        url: `http://${projects[0]}.apps.localhost:${caddy.port}`,
        schema: projects[0]!.replace("-", "_"),
        folder: `f/project_${projects[0]!.replace("-", "_")}`,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        updatedAt: expect.any(String),
        liveAt: null,
        secondsToLive: null,
        phases: [],
        manifest: null,
        environment: "production",
        environmentOf: projects[0],
        expiresAt: null,
        deletedAt: null,
        dropAt: null,
      });
    });
  });

  it.each([{ limit: 0 }, { limit: 501 }, { cursor: "A" }, { cursor: "' or 1=1" }])("refuses %j", async (options) => {
    const listing = withPostgres(db, (sql) => listProjects(sql, options));
    await expect(listing).rejects.toMatchObject({ code: "invalid_input" });
  });
});
