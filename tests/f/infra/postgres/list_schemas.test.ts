import { describe, expect, it } from "vitest";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { main as listSchemas } from "../../../../f/infra/postgres/list_schemas.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine();

describe("list_schemas", () => {
  it("lists what ensure_schema has made, page by page", async () => {
    const projects = [uniqueProject("a"), uniqueProject("b")];
    for (const project of projects) await ensureSchema(project, undefined, undefined, db);
    const first = await listSchemas(undefined, 1, db);
    expect(first).toMatchObject({ items: [{ project: projects[0] }], nextCursor: projects[0] });
    expect(await listSchemas(first.nextCursor, undefined, db)).toMatchObject({ items: [{ project: projects[1] }] });
  });

  it("takes null for what a form leaves empty", async () => {
    expect((await listSchemas(null as never, null as never, db)).items).toHaveLength(2);
  });
});
