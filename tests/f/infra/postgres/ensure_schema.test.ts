import { describe, expect, it } from "vitest";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../../../f/lib/resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
const jobs = jobsEngine();

describe("ensure_schema", () => {
  it("leaves connections in Windmill that scripts resolve and log in with, and whose passwords stay secret", async () => {
    const project = `my-${uniqueProject()}`;
    const result = await ensureSchema(project, undefined, undefined, db);
    for (const { name, resource: path, secret } of Object.values(result.roles)) {
      const connection = await resource<Postgresql>(`$res:${path}`);
      const { rows } = await withPostgres(connection, (sql) => sql.query("select current_user as name"));
      expect(rows).toEqual([{ name }]);
      expect(JSON.stringify(result)).not.toContain(connection.password);
      const stored = await jobs.engine.api(`/w/{w}/resources/get/${path}`);
      expect(await stored.json()).toMatchObject({
        resource_type: "postgresql",
        value: { host: db.host, port: db.port, user: name, password: `$var:${secret}`, dbname: db.dbname },
      });
      const variable = await jobs.engine.api(`/w/{w}/variables/get/${secret}?decrypt_secret=false`);
      expect(await variable.json()).toMatchObject({ is_secret: true, value: null });
    }
    expect(await ensureSchema(project, undefined, undefined, db)).toEqual({ ...result, status: "unchanged" });
  });
});
