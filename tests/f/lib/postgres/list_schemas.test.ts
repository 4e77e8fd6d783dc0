import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { listSchemas } from "../../../../f/lib/postgres/list_schemas.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();

describe("listSchemas", () => {
  it("lists projects' schemas page by page, and nobody else's", async () => {
    await withPostgres(db, async (sql) => {
      expect(await listSchemas(sql)).toEqual({ items: [] });
      const projects = ["a", "b-b", "c"].map((prefix) => uniqueProject(prefix));
      for (const project of projects) await ensureSchema({ sql, db, workspace: memoryWorkspace() }, project);
      await sql.query(`create schema foreign_one; create schema impostor; comment on schema impostor is 'run8n project x';
        create table b_b${projects[1]!.slice(3)}.t (id int primary key, text text); insert into b_b${projects[1]!.slice(3)}.t values (1, 'x')`);
      const first = await listSchemas(sql, { limit: 2 });
      const rest = await listSchemas(sql, { limit: 2, cursor: first.nextCursor });
      const schemas = projects.map((project) => project.replaceAll("-", "_"));
      expect([...first.items, ...rest.items]).toEqual(
        projects.map((project, at) => ({
          project,
          schema: schemas[at],
          status: "live",
          owner: `${schemas[at]}_owner`,
          tables: at === 1 ? 1 : 0,
          sizeBytes: at === 1 ? expect.any(Number) : 0,
        })),
      );
      expect(first.items[1]!.sizeBytes).toBeGreaterThan(8000);
      expect(rest).not.toHaveProperty("nextCursor");
    });
  });

  it.each([
    { limit: 0 },
    { limit: 501 },
    { limit: 1.5 },
    { limit: Number.NaN },
    { limit: "10" as unknown as number },
    { cursor: "'; drop schema public" },
    { cursor: "A" },
    { cursor: 7 as unknown as string },
    { cursor: "$var:f/infra/secret" },
    { cursor: "x".repeat(64) },
  ])("refuses %j", async (options) => {
    const listing = withPostgres(db, (sql) => listSchemas(sql, options));
    await expect(listing).rejects.toMatchObject({ code: "invalid_input", status: 400 });
  });
});
