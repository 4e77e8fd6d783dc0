import { expect, inject, it } from "vitest";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import { projectFlows } from "../../../support/project_flows.ts";

const flows = projectFlows(testDatabase());
const { caddy } = inject("services");
const statusOf = async (project: string) => (await visit(caddy, `${project}.${caddy.domain}`)).status;

it("deletes a project, brings it back, deletes it again and drops it for good", async () => {
  const project = uniqueProject();
  await flows.run("apply_project", { name: project });
  expect(await flows.run("delete_project", { project })).toMatchObject({
    success: true,
    result: { project, status: "deleted", dropAt: expect.any(String) },
  });
  expect(await statusOf(project)).toBe(410);
  expect(await flows.run("apply_project", { name: project })).toMatchObject({
    success: false,
    result: { error: { extra: { code: "conflict", hint: expect.stringContaining("restore_project") } } },
  });

  expect(await flows.run("restore_project", { project })).toMatchObject({ success: true, result: { project } });
  expect(await statusOf(project)).toBe(200);
  expect(await flows.run("drop_project", { project, confirm: project })).toMatchObject({ success: false });

  await flows.run("delete_project", { project });
  const dropped = { success: true, result: { project, status: "absent" } };
  expect(await flows.run("drop_project", { project, confirm: project })).toMatchObject(dropped);
  expect(await flows.run("drop_project", { project, confirm: project })).toMatchObject(dropped);
  expect(await flows.run("delete_project", { project })).toMatchObject(dropped);
  const { body } = await flows.engine().run("f/infra/projects/list_resources", { project });
  expect(body).toMatchObject({ items: [] });
}, 120_000);
