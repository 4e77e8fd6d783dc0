import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { main as dropSchema } from "../../../../f/infra/postgres/drop_schema.ts";
import { main as dropTombstones } from "../../../../f/infra/postgres/drop_tombstones.ts";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine();

it("drop_tombstones lists by default, and removes with the arguments that its schedule passes", async () => {
  const project = uniqueProject();
  await ensureSchema(project, undefined, undefined, db);
  const { tombstone } = await dropSchema(project, project, undefined, db);
  await withPostgres(db, (sql) => sql.query("update run8n.dump set taken_at = now() - interval '8 days'"));
  const schedule = parse(readFileSync("f/infra/postgres/drop_tombstones.schedule.yaml", "utf8"));
  expect(schedule).toMatchObject({ script_path: "f/infra/postgres/drop_tombstones", enabled: true });
  expect(await dropTombstones(undefined, undefined, undefined, db)).toMatchObject({ status: "planned" });
  expect(await dropTombstones(undefined, undefined, schedule.args.dryRun, db)).toMatchObject({
    items: [{ project, tombstone }],
    status: "purged",
  });
});
