import { expect, it } from "vitest";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectFlows } from "../../../support/project_flows.ts";

const flows = projectFlows(testDatabase());

it("hands the environment out once, and nothing of it stays in the job table", async () => {
  const project = uniqueProject();
  await flows.run("apply_project", { name: project });
  const { status, body } = await flows.engine().run("f/infra/projects/get_env", { project });
  const { variables } = body as { variables: Record<string, string> };
  expect(status).toBe(200);
  const { password } = new URL(variables.DATABASE_URL as string);
  expect(password.length).toBeGreaterThan(20);
  const jobs = await flows.engine().api("/w/{w}/jobs/list?script_path_exact=f/infra/projects/get_env");
  const [{ id }] = (await jobs.json()) as [{ id: string }];
  await expect
    .poll(async () => (await (await flows.engine().api(`/w/{w}/jobs_u/get/${id}`)).json()).result)
    .toEqual({});
  const everything = await (await flows.engine().api("/w/{w}/jobs/list?per_page=1000")).text();
  expect(everything).not.toContain(password);
});
