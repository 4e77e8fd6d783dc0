import { expect, it } from "vitest";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { main as runQuery } from "../../../../f/infra/postgres/run_query.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine();

it("run_query asks as the read-only role that ensure_schema made, and takes null for what a form leaves empty", async () => {
  const project = uniqueProject();
  const { roles } = await ensureSchema(project, undefined, undefined, db);
  const empty = null as never;
  const { rows } = await runQuery(project, "select current_user as me", empty, empty, empty, empty, db);
  expect(rows).toEqual([{ me: roles.readonly.name }]);
});
