import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureWaitlist } from "../../../../f/lib/waitlist/ensure.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";

const db = testDatabase();

describe("ensureWaitlist", () => {
  it("creates the table once, and changes nothing when it runs again", async () => {
    const project = `my-${uniqueProject()}`;
    await withPostgres(db, async (sql) => {
      const { schema } = await projectSchema(sql, db, project);
      const table = `${schema}.waitlist_signup`;
      expect(await ensureWaitlist(sql, project)).toEqual({ project, table, status: "created" });
      expect(await ensureWaitlist(sql, project)).toEqual({ project, table, status: "unchanged" });
      const { rows } = await sql.query("select tableowner from pg_tables where schemaname = $1", [schema]);
      expect(rows).toEqual([{ tableowner: `${schema}_owner` }]);
    });
  });

  it("takes a project whose name is a word of SQL", async () => {
    await withPostgres(db, async (sql) => {
      const { schema } = await projectSchema(sql, db, "order");
      expect(await ensureWaitlist(sql, "order")).toMatchObject({
        table: `${schema}.waitlist_signup`,
        status: "created",
      });
      expect(await ensureWaitlist(sql, "order")).toMatchObject({ status: "unchanged" });
    });
  });

  it("lets the app role add and read, the read-only role read, and neither do more", async () => {
    const project = uniqueProject();
    await withPostgres(db, async (sql) => {
      const { app, readonly, schema } = await projectSchema(sql, db, project);
      await ensureWaitlist(sql, project);
      const table = `${schema}.waitlist_signup`;
      const attempts = (role: typeof app) =>
        withPostgres(role, async (as) => {
          const able: string[] = [];
          for (const [verb, statement] of Object.entries({
            insert: `insert into ${table} (email, email_key) values ('a@b.co', 'a@b.co')`,
            select: `select email from ${table}`,
            update: `update ${table} set name = 'x'`,
            delete: `delete from ${table}`,
            truncate: `truncate ${table}`,
            drop: `drop table ${table}`,
          })) {
            await as.query(statement).then(
              () => able.push(verb),
              (error) => expect(["42501", "25006"]).toContain(error.code),
            );
          }
          return able;
        });
      expect(await attempts(app)).toEqual(["insert", "select"]);
      expect(await attempts(readonly)).toEqual(["select"]);
    });
  });

  it("puts right what somebody changed, and says so", async () => {
    const project = uniqueProject();
    await withPostgres(db, async (sql) => {
      const { schema } = await projectSchema(sql, db, project);
      await ensureWaitlist(sql, project);
      await sql.query(`grant delete on ${schema}.waitlist_signup to ${schema}_app`);
      expect(await ensureWaitlist(sql, project)).toMatchObject({ status: "updated" });
      expect(await ensureWaitlist(sql, project)).toMatchObject({ status: "unchanged" });
    });
  });

  it("creates it once when two callers come at once", async () => {
    const project = uniqueProject();
    await withPostgres(db, (sql) => projectSchema(sql, db, project));
    const both = await Promise.all([1, 2].map(() => withPostgres(db, (sql) => ensureWaitlist(sql, project))));
    expect(both.map(({ status }) => status).sort()).toEqual(["created", "unchanged"]);
  });

  it("keeps the sign-ups that are there", async () => {
    const project = uniqueProject();
    await withPostgres(db, async (sql) => {
      const { schema } = await projectSchema(sql, db, project);
      await ensureWaitlist(sql, project);
      await sql.query(`insert into ${schema}.waitlist_signup (email, email_key) values ('a@b.co', 'a@b.co')`);
      await ensureWaitlist(sql, project);
      expect((await sql.query(`select email from ${schema}.waitlist_signup`)).rows).toEqual([{ email: "a@b.co" }]);
    });
  });

  it("asks for the schema first when there is none, and changes nothing", async () => {
    const project = uniqueProject();
    await withPostgres(db, async (sql) => {
      await expect(ensureWaitlist(sql, project)).rejects.toMatchObject({
        code: "precondition_failed",
        status: 412,
        hint: expect.stringContaining("ensure_schema"),
      });
      const { rows } = await sql.query(
        "select 1 from pg_tables where tablename = 'waitlist_signup' and schemaname = $1",
        [project],
      );
      expect(rows).toEqual([]);
    });
  });

  it.each([
    "",
    "a",
    "Shop",
    "shop_1",
    'shop"; drop schema run8n; --',
    "../shop",
    "pg-x",
    "public",
    "schоp",
    "a".repeat(41),
  ])("refuses the project name %j before it touches the database", async (project) => {
    const untouched = { query: () => Promise.reject(new Error("the database was asked")) };
    await expect(ensureWaitlist(untouched, project)).rejects.toMatchObject({ code: "invalid_input", status: 400 });
  });
});
