import { expect, it } from "vitest";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { main as inspectSchema } from "../../../../f/infra/postgres/inspect_schema.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine();

it("inspect_schema shows what ensure_schema made, and takes null for what a form leaves empty", async () => {
  const project = uniqueProject();
  await ensureSchema(project, undefined, undefined, db);
  const empty = { project, schema: project, sizeBytes: 0, tables: [], truncated: false, advice: [] };
  expect(await inspectSchema(project, null as never, db)).toEqual(empty);
});
