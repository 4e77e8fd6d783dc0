import { expect, it } from "vitest";
import { main as getEnv } from "../../../../f/infra/projects/get_env.ts";
import { main as updateSecrets } from "../../../../f/infra/projects/update_secrets.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
const { make } = projectJobs(db);

it("rotates with a day of grace unless told otherwise, and says until when", async () => {
  const name = uniqueProject();
  await make({ manifest: { name, template: "static" } }, "project", "schema");
  const before = await getEnv(name, db);
  const { secrets, status } = await updateSecrets(name, null as never, db);
  expect(status).toBe("updated");
  const until = Date.parse(secrets[0]?.previousWorksUntil ?? "");
  expect(Math.abs(until - Date.now() - 86_400_000)).toBeLessThan(60_000);
  expect((await getEnv(name, db)).variables.DATABASE_URL).not.toBe(before.variables.DATABASE_URL);
});
