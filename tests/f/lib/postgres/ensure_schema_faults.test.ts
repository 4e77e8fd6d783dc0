import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { ROLE_KINDS, schemaNames } from "../../../../f/lib/postgres/roles.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();

const ensure = (project: string, workspace = memoryWorkspace()) =>
  withPostgres(db, (sql) => ensureSchema({ sql, db, workspace }, project));

describe("ensureSchema, killed", () => {
  it("after any call, goes on where it was", { timeout: 120_000 }, async () => {
    for (let at = 1; ; at++) {
      const project = uniqueProject();
      const workspace = memoryWorkspace();
      const { life, ...kill } = dying(at, "after");
      const killed = await withPostgres(db, (sql) =>
        ensureSchema({ sql: kill.sql(sql), db, workspace: kill.workspace(workspace) }, project),
      ).catch((error: Error) => error);
      if (!life.died) {
        expect(at).toBeGreaterThan(20);
        break;
      }
      expect(killed).toBeInstanceOf(Error);
      const again = await ensure(project, workspace);
      expect(["created", "updated", "unchanged"]).toContain(again.status);
      expect(await ensure(project, workspace)).toMatchObject({ status: "unchanged" });
      const { folder } = schemaNames(project);
      for (const kind of ROLE_KINDS)
        await withPostgres(connectionOf(workspace, folder, kind), (sql) => sql.query("select 1"));
    }
  });
});

describe("ensureSchema, at once", () => {
  it("creates one project once for ten callers, all with the same passwords", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const results = await Promise.all(Array.from({ length: 10 }, () => ensure(project, workspace)));
    expect(results.map(({ status }) => status).sort()).toEqual(["created", ...Array(9).fill("unchanged")]);
    expect(await ensure(project, workspace)).toMatchObject({ status: "unchanged" });
  });

  it("creates ten projects for ten callers, also in a database that never saw one", async () => {
    const workspace = memoryWorkspace();
    const projects = Array.from({ length: 10 }, () => uniqueProject());
    const results = await Promise.all(projects.map((project) => ensure(project, workspace)));
    expect(results.map(({ status }) => status)).toEqual(Array(10).fill("created"));
  });
});
