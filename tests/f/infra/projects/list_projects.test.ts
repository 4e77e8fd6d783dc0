import { describe, expect, it } from "vitest";
import { main as listProjects } from "../../../../f/infra/projects/list_projects.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();

describe("list_projects", () => {
  it("has no items on a server that has no project", async () => {
    expect(await listProjects(undefined, undefined, db)).toEqual({ items: [] });
  });

  it("lists projects page by page, and takes null for what a form leaves empty", async () => {
    const projects = [uniqueProject("a"), uniqueProject("b")];
    for (const project of projects) await provisionedProject(db, project);
    const first = await listProjects(undefined, 1, db);
    expect(first).toMatchObject({ items: [{ project: projects[0] }], nextCursor: projects[0] });
    expect(await listProjects(first.nextCursor, 1, db)).toMatchObject({ items: [{ project: projects[1] }] });
    expect((await listProjects(null as never, null as never, db)).items).toHaveLength(2);
  });
});
