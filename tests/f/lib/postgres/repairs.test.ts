import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { schemaNames } from "../../../../f/lib/postgres/roles.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();

describe("repairs, as ensureSchema makes them", () => {
  it.each<[string, (names: ReturnType<typeof schemaNames>) => string]>([
    ["a role that may not log in", ({ roles }) => `alter role ${roles.app} nologin`],
    ["a password that somebody set", ({ roles }) => `alter role ${roles.app} password 'x'`],
    ["a superuser", ({ roles }) => `alter role ${roles.app} superuser createdb createrole bypassrls replication`],
    ["no connection limit", ({ roles }) => `alter role ${roles.readonly} connection limit -1`],
    ["no time limit", ({ roles }) => `alter role ${roles.app} set statement_timeout = 0`],
    ["another search path", ({ roles }) => `alter role ${roles.app} reset search_path`],
    ["membership in its own owner", ({ roles }) => `grant ${roles.owner} to ${roles.app}`],
    ["the right to create", ({ roles, schema }) => `grant create on schema ${schema} to ${roles.app}`],
    ["a schema open to everyone", ({ schema }) => `grant usage on schema ${schema} to public`],
    ["a missing right", ({ roles, schema }) => `revoke usage on schema ${schema} from ${roles.readonly}`],
    ["another owner", ({ schema }) => `alter schema ${schema} owner to postgres`],
    ["no way in", ({ roles }) => `revoke connect on database ${db.dbname} from ${roles.app}`],
    ["temporary tables", ({ roles }) => `grant temporary on database ${db.dbname} to ${roles.app}`],
    ["a database open to everyone", () => `grant connect, temporary on database ${db.dbname} to public`],
    ["an open schema public", () => "grant usage, create on schema public to public"],
    [
      "other defaults",
      ({ roles }) => `alter default privileges for role ${roles.owner} grant all on tables to ${roles.readonly};
                      alter default privileges for role ${roles.owner} grant execute on functions to public`,
    ],
  ])("puts right %s", async (_what, drift) => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const ensure = () => withPostgres(db, (sql) => ensureSchema({ sql, db, workspace }, project));
    await ensure();
    await withPostgres(db, (sql) => sql.query(drift(schemaNames(project))));
    expect(await ensure()).toMatchObject({ status: "updated" });
    expect(await ensure()).toMatchObject({ status: "unchanged" });
    const { folder } = schemaNames(project);
    await withPostgres(connectionOf(workspace, folder, "app"), (sql) => sql.query("select 1"));
  });
});
