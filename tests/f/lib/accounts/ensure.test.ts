import { describe, expect, it } from "vitest";
import { ensureAccounts } from "../../../../f/lib/accounts/ensure.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { addMember, addOwner } from "../../../support/accounts.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";

const db = testDatabase();
const open = (project: string) => ({ project, signUp: "open" });

/** A project with its schema; what comes next is the test's. */
const inProject = <T>(work: (sql: Parameters<typeof ensureAccounts>[0], project: string) => Promise<T>): Promise<T> =>
  withPostgres(db, async (sql) => {
    const project = `my-${uniqueProject()}`;
    await projectSchema(sql, db, project);
    return work(sql, project);
  });

describe("ensureAccounts", () => {
  it("creates the tables once, as the project's owner, and changes nothing when it runs again", () =>
    inProject(async (sql, project) => {
      const schema = project.replaceAll("-", "_");
      expect(await ensureAccounts(sql, open(project))).toEqual({
        project,
        tables: ["account_policy", "account", "organization", "organization_member", "organization_invite"].map(
          (name) => `${schema}.${name}`,
        ),
        signUp: "open",
        status: "created",
      });
      expect(await ensureAccounts(sql, open(project))).toMatchObject({ status: "unchanged" });
      const { rows } = await sql.query("select distinct tableowner from pg_tables where schemaname = $1", [schema]);
      expect(rows).toEqual([{ tableowner: `${schema}_owner` }]);
    }));

  it("changes who may join, and says so", () =>
    inProject(async (sql, project) => {
      await ensureAccounts(sql, open(project));
      const invited = { project, signUp: "invited" };
      expect(await ensureAccounts(sql, invited)).toMatchObject({ signUp: "invited", status: "updated" });
      expect(await ensureAccounts(sql, invited)).toMatchObject({ status: "unchanged" });
    }));

  it("puts right what somebody changed, and keeps accounts and members", () =>
    inProject(async (sql, project) => {
      const schema = project.replaceAll("-", "_");
      await ensureAccounts(sql, open(project));
      const { organization } = await addOwner(sql, project);
      await addMember(sql, project, { organization, role: "member" });
      await sql.query(`grant truncate on ${schema}.account to ${schema}_app`);
      expect(await ensureAccounts(sql, open(project))).toMatchObject({ status: "updated" });
      const { rows } = await sql.query(`select role from ${schema}.organization_member order by role`);
      expect(rows).toEqual([{ role: "member" }, { role: "owner" }]);
    }));

  it("creates them once when two callers come at once", () =>
    inProject(async (_, project) => {
      const both = await Promise.all([1, 2].map(() => withPostgres(db, (sql) => ensureAccounts(sql, open(project)))));
      expect(both.map(({ status }) => status).sort()).toEqual(["created", "unchanged"]);
    }));

  it("goes on where a caller was cut off", () =>
    inProject(async (sql, project) => {
      const schema = project.replaceAll("-", "_");
      await sql.query(`set role ${schema}_owner; create table ${schema}.organization (
        id uuid primary key default gen_random_uuid(), name text not null, created_at timestamptz default now());
        reset role`);
      expect(await ensureAccounts(sql, open(project))).toMatchObject({ status: "updated" });
      await addOwner(sql, project);
    }));

  it("lets the app keep accounts and members, but not say who may join, and the reader only read", () =>
    withPostgres(db, async (sql) => {
      const project = uniqueProject();
      const { app, readonly } = await projectSchema(sql, db, project);
      await ensureAccounts(sql, open(project));
      const refused = { code: "upstream_failed", details: { sqlstate: "42501" } };
      const as = (role: typeof app, statement: string) => withPostgres(role, (one) => one.query(statement));
      await as(app, "insert into organization (name) values ('Acme')");
      await expect(as(app, "update account_policy set sign_up = 'open'")).rejects.toMatchObject(refused);
      await expect(as(app, "truncate organization cascade")).rejects.toMatchObject(refused);
      expect((await as(readonly, "select name from organization")).rows).toEqual([{ name: "Acme" }]);
      await expect(as(readonly, "delete from organization")).rejects.toMatchObject({ code: "upstream_failed" });
    }));

  it.each(["", "closed", "OPEN", null, 1, { open: true }])(
    "refuses the policy %j and touches nothing",
    async (signUp) => {
      const untouched = { query: () => Promise.reject(new Error("the database was asked")) };
      await expect(ensureAccounts(untouched, { project: "shop", signUp })).rejects.toMatchObject({
        code: "invalid_input",
        details: { argument: "signUp" },
      });
    },
  );
});
