import { describe, expect, it } from "vitest";
import { listOperations } from "../../../../f/lib/operations/list.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { planProject } from "../../../../f/lib/projects/plan.ts";
import { publishProject } from "../../../../f/lib/projects/publish.ts";
import { requireProject } from "../../../../f/lib/projects/record.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { applyAll, projectServers } from "../../../support/project_ports.ts";

const servers = projectServers(testDatabase());
const steps = (...statuses: string[]) => statuses.map((status, at) => ({ name: `step_${"abc"[at]}`, status }));
const publish = (project: string, given: unknown) =>
  servers.use((ports) => publishProject(ports, { project, steps: given }));
const record = (project: string) => withPostgres(servers.db, (sql) => requireProject(sql, project));

/** A project of which everything stands. */
async function live(): Promise<string> {
  const project = uniqueProject();
  await servers.use((ports) => applyAll(ports, { project }));
  return project;
}

describe("publishProject", () => {
  it("sets a project live whose resources all stand, and says how long that took", async () => {
    const project = await live();
    await withPostgres(servers.db, (sql) =>
      sql.query("update run8n.project set status = 'provisioning', live_at = null where name = $1", [project]),
    );
    const published = await publish(project, steps("unchanged", "unchanged"));
    expect(published).toMatchObject({ project, status: "created", secondsToLive: expect.any(Number) });
    const { liveAt, createdAt, secondsToLive, status } = await record(project);
    expect(status).toBe("live");
    expect(secondsToLive).toBe((Date.parse(liveAt!) - Date.parse(createdAt)) / 1000);
  });

  it("says unchanged when it was live and every step was, and touches nothing", async () => {
    const project = await live();
    const before = await record(project);
    for (const none of [steps("unchanged", "unchanged"), []]) {
      expect(await publish(project, none)).toMatchObject({ status: "unchanged" });
    }
    expect(await record(project)).toEqual(before);
  });

  it("says updated when a step changed something, and keeps the first time it was live", async () => {
    const project = await live();
    const before = await record(project);
    expect(await publish(project, steps("unchanged", "updated"))).toMatchObject({ status: "updated" });
    const after = await record(project);
    expect(after.liveAt).toBe(before.liveAt);
    expect(after.updatedAt).not.toBe(before.updatedAt);
  });

  it("says in the record which plan was carried out, and refuses what is no plan's hash", async () => {
    const project = uniqueProject();
    const hash = await servers.use(async (ports) => {
      const { hash: planHash } = await planProject(ports, { project });
      await applyAll(ports, { project, planHash });
      return planHash;
    });
    const { items } = await withPostgres(servers.db, (sql) => listOperations(sql, { project, limit: 1 }));
    expect(items).toMatchObject([{ verb: "infra/projects/apply_project", planHash: hash }]);
    const planHash = "$var:f/infra/postgres_password";
    const refused = servers.use((ports) => publishProject(ports, { project, steps: [], planHash }));
    await expect(refused).rejects.toMatchObject({ code: "invalid_input", details: { argument: "planHash" } });
  });

  it("keeps the times of the first run, whatever runs later", async () => {
    const project = await live();
    const { phases } = await record(project);
    expect(phases.map(({ phase }) => phase)).toEqual([
      "plan",
      "project",
      "schema",
      "waitlist",
      "site",
      "routes",
      "publish",
    ]);
    for (const { seconds } of phases) expect(seconds).toBeGreaterThanOrEqual(0);
    await withPostgres(servers.db, (sql) => sql.query(`drop table ${project}.waitlist_signup`));
    await servers.use((ports) => applyAll(ports, { project }));
    expect((await record(project)).phases).toEqual(phases);
  });

  it("refuses what is not as the manifest says, names it, and leaves the record as it was", async () => {
    const project = await live();
    const before = await record(project);
    await withPostgres(servers.db, (sql) => sql.query(`drop table ${project}.waitlist_signup`));
    await expect(publish(project, steps("created"))).rejects.toMatchObject({
      code: "conflict",
      retryable: true,
      message: expect.stringContaining(`${project}.waitlist_signup: it does not exist`),
    });
    expect(await record(project)).toEqual(before);
  });

  it("refuses a project without a record", async () => {
    await expect(publish(uniqueProject(), [])).rejects.toMatchObject({ code: "not_found" });
  });

  it.each([
    ["nothing", undefined],
    ["no list", { name: "schema", status: "created" }],
    ["too many", Array.from({ length: 51 }, () => ({ name: "schema", status: "created" }))],
    ["a step without a status", [{ name: "schema" }]],
    ["a status that is a sentence", [{ name: "schema", status: "all is well" }]],
    ["a name that is a reference", [{ name: "$var:f/infra/postgres_password", status: "created" }]],
    ["null in the list", [null]],
  ])("refuses %s as steps", async (_, given) => {
    await expect(publish(uniqueProject(), given)).rejects.toMatchObject({ code: "invalid_input" });
  });
});
