import { describe, expect, it } from "vitest";
import { main as dropSchema } from "../../../../f/infra/postgres/drop_schema.ts";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { main as listSchemas } from "../../../../f/infra/postgres/list_schemas.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
const jobs = jobsEngine();

describe("drop_schema", () => {
  it("takes the schema out of the list and its credentials out of Windmill", async () => {
    const project = uniqueProject();
    const { roles } = await ensureSchema(project, undefined, undefined, db);
    expect(await dropSchema(project, project, undefined, db)).toMatchObject({
      status: "dropped",
      tombstone: `${project}__dropped_1`,
      dump: { tables: 0, rows: 0 },
    });
    expect((await listSchemas(undefined, undefined, db)).items).toMatchObject([
      { project, schema: `${project}__dropped_1`, status: "dropped" },
    ]);
    for (const { secret, resource } of Object.values(roles)) {
      expect(await (await jobs.engine.api(`/w/{w}/variables/exists/${secret}`)).json()).toBe(false);
      expect(await (await jobs.engine.api(`/w/{w}/resources/exists/${resource}`)).json()).toBe(false);
    }
    expect(await dropSchema(project, project, undefined, db)).toMatchObject({ status: "absent" });
  });

  it.each([undefined, "", "yes", "SHOP"])("drops nothing when confirm is %j", async (confirm) => {
    const project = uniqueProject();
    await ensureSchema(project, undefined, undefined, db);
    await expect(dropSchema(project, confirm as string, undefined, db)).rejects.toMatchObject({ status: 412 });
    expect((await listSchemas(undefined, undefined, db)).items).toContainEqual(
      expect.objectContaining({ project, status: "live" }),
    );
  });
});
