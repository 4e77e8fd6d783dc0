import { describe, expect, it } from "vitest";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { main as publishProject } from "../../../../f/infra/projects/publish_project.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();

describe("publish_project", () => {
  it("sets a project live once, and says afterwards whether a step changed anything", async () => {
    const { project, url } = await provisionedProject(db);
    const publish = (status: string) => publishProject(project, [{ name: "schema", status }], db);
    expect(await publish("created")).toEqual({ project, url, status: "created" });
    expect(await getProject(project, db)).toMatchObject({ status: "live", secondsToLive: expect.any(Number) });
    expect(await publish("unchanged")).toEqual({ project, url, status: "unchanged" });
    expect(await publish("updated")).toEqual({ project, url, status: "updated" });
  });

  it("refuses a project without a record, and steps that are none", async () => {
    const steps = [{ name: "schema", status: "created" }];
    await expect(publishProject(uniqueProject(), steps, db)).rejects.toMatchObject({ status: 404 });
    const { project } = await provisionedProject(db);
    await expect(publishProject(project, [], db)).rejects.toMatchObject({ status: 400 });
  });
});
