import { describe, expect, it } from "vitest";
import { main as ensureBilling } from "../../../../f/infra/stripe/ensure_billing.ts";
import { ensureAccounts } from "../../../../f/lib/accounts/ensure.ts";
import { schemaOf } from "../../../../f/lib/names.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";

const db = testDatabase();

/** A project with accounts, which is what billing stands on. */
async function withAccounts() {
  const project = uniqueProject();
  const { app, readonly } = await withPostgres(db, async (sql) => {
    const connections = await projectSchema(sql, db, project);
    await ensureAccounts(sql, { project, signUp: "open" });
    return connections;
  });
  return { project, schema: schemaOf(project), app, readonly };
}

describe("ensure_billing", () => {
  it("makes the tables once, and then finds nothing to do", async () => {
    const { project, schema } = await withAccounts();
    const made = await ensureBilling(project, db);
    expect(made).toMatchObject({ project, status: "created", migrations: ["0001_billing"] });
    expect(made.tables).toContain(`${schema}.billing_subscription`);
    expect(await ensureBilling(project, db)).toEqual({ ...made, status: "unchanged", migrations: [] });
  });

  it("made by two at once, is made once", async () => {
    const { project } = await withAccounts();
    const both = await Promise.all([ensureBilling(project, db), ensureBilling(project, db)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["created", "unchanged"]);
  });

  it("puts rights right that somebody changed", async () => {
    const { project, schema } = await withAccounts();
    await ensureBilling(project, db);
    await withPostgres(db, (sql) => sql.query(`grant delete on ${schema}.billing_event to ${schema}_app`));
    expect((await ensureBilling(project, db)).status).toBe("updated");
  });

  it.each(["delete from", "truncate", "drop table", "alter table"])(
    "lets the app role not %s its records",
    async (verb) => {
      const { project, schema, app } = await withAccounts();
      await ensureBilling(project, db);
      const statement = `${verb} ${schema}.billing_event${verb === "alter table" ? " add column x int" : ""}`;
      await expect(withPostgres(app, (sql) => sql.query(statement))).rejects.toMatchObject({
        details: { sqlstate: "42501" },
      });
    },
  );

  it("lets the app role not sell what it likes", async () => {
    const { project, schema, app, readonly } = await withAccounts();
    await ensureBilling(project, db);
    const free = `insert into ${schema}.billing_plan (key, product, name, free, position) values ('all', '', 'All', true, 0)`;
    for (const role of [app, readonly]) {
      await expect(withPostgres(role, (sql) => sql.query(free))).rejects.toMatchObject({
        details: { sqlstate: expect.stringMatching(/42501|25006/) },
      });
    }
  });

  it("refuses a step that ran with another text", async () => {
    const { project, schema } = await withAccounts();
    await ensureBilling(project, db);
    await withPostgres(db, (sql) => sql.query(`update ${schema}.billing_migration set checksum = 'other'`));
    await expect(ensureBilling(project, db)).rejects.toMatchObject({
      code: "precondition_failed",
      details: { migration: "0001_billing" },
    });
  });

  it("says what is missing: a schema, or accounts", async () => {
    const project = uniqueProject();
    await expect(ensureBilling(project, db)).rejects.toMatchObject({
      code: "precondition_failed",
      hint: expect.stringContaining("ensure_schema"),
    });
    await withPostgres(db, (sql) => projectSchema(sql, db, project));
    await expect(ensureBilling(project, db)).rejects.toMatchObject({
      code: "precondition_failed",
      hint: expect.stringContaining("ensure_accounts"),
    });
  });
});
