import { describe, expect, it } from "vitest";
import { main as ensureBase } from "../../../../f/infra/nocodb/ensure_base.ts";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { testNocodb } from "../../../support/nocodb.ts";

const db = testDatabase();
const nocodb = testNocodb();
jobsEngine();

describe("ensure_base", () => {
  it("works with the credentials that ensure_schema leaves in Windmill, and shows none of them", async () => {
    const project = uniqueProject();
    await ensureSchema(project, undefined, undefined, db);
    const made = await ensureBase(project, undefined, db, nocodb.value);
    expect(made).toMatchObject({ project, storage: "project_schema", status: "created" });
    expect(made.base.url).toBe(`${nocodb.value.url}/dashboard/#/nc/${made.base.id}`);
    expect(await ensureBase(project, null as never, db, nocodb.value)).toEqual({ ...made, status: "unchanged" });
    await nocodb.api.delete(`/api/v3/meta/bases/${made.base.id}`);
  });
});
