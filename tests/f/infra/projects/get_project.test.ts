import { describe, expect, it } from "vitest";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();

describe("get_project", () => {
  it("says what is on record of a project", async () => {
    const { project, url, schema, folder } = await provisionedProject(db);
    expect(await getProject(project, db)).toMatchObject({
      ...{ project, url, schema, folder, template: "static", status: "provisioning" },
      ...{ liveAt: null, secondsToLive: null },
    });
  });

  it("knows nothing of a project that was never made", async () => {
    await expect(getProject(uniqueProject(), db)).rejects.toMatchObject({ code: "not_found", status: 404 });
  });
});
