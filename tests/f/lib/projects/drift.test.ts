import { describe, expect, it } from "vitest";
import { UpstreamError } from "../../../../f/lib/errors.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { checkDrift } from "../../../../f/lib/projects/drift.ts";
import { reconcileProject } from "../../../../f/lib/projects/reconcile.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { applyAll, projectServers } from "../../../support/project_ports.ts";

const servers = projectServers(testDatabase());
const exec = (text: string) => withPostgres(servers.db, (sql) => sql.query(text));
const drift = (project?: string) => servers.use((ports) => checkDrift(ports, { project }));
const reconcile = (project: string, dryRun: boolean) =>
  servers.use((ports) => reconcileProject(ports, { project, dryRun }));
const live = async () => {
  const project = uniqueProject();
  await servers.use((ports) => applyAll(ports, { project }));
  return project;
};

describe("checkDrift", () => {
  it("reports all projects, kind by kind, and names the one that drifted", async () => {
    const [sound, drifted] = [await live(), await live()];
    await exec(`drop table ${drifted}.waitlist_signup`);
    const { items } = await drift();
    const statusOf = new Map(items.map(({ project, status }) => [project, status]));
    expect(statusOf.get(sound)).toBe("matches");
    expect(statusOf.get(drifted)).toBe("drifted");
    const report = items.find(({ project }) => project === drifted);
    expect(report?.kinds.filter(({ status }) => status !== "matches")).toMatchObject([
      { kind: "waitlist", status: "drifted", findings: [{ action: "create" }] },
    ]);
    expect(await drift(sound)).toMatchObject({ items: [{ project: sound, status: "matches" }] });
  });

  it("reports a service that does not answer as unknown, and all others as they are", async () => {
    const project = await live();
    const { items } = await servers.use((ports) =>
      checkDrift(
        {
          ...ports,
          connection: async (name) => {
            if (name !== "site_host") return ports.connection(name);
            throw new UpstreamError("The site host is away", { hint: "Wait." });
          },
        },
        { project },
      ),
    );
    const unknown = { status: "unknown", problem: "The site host is away" };
    expect(items[0]).toMatchObject({ status: "unknown" });
    expect(items[0]?.kinds.filter(({ status }) => status !== "matches")).toMatchObject([
      { kind: "site", ...unknown },
      { kind: "routes", ...unknown },
    ]);
  });

  it("knows nothing of a project that was never made", async () => {
    await expect(drift(uniqueProject())).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("reconcileProject", () => {
  it("plans the way back, and goes it only when told to", async () => {
    const project = await live();
    expect(await reconcile(project, false)).toMatchObject({ status: "unchanged", steps: [] });
    await exec(`drop table ${project}.waitlist_signup; alter role ${project}_app nologin`);
    const planned = await reconcile(project, true);
    expect(planned).toMatchObject({ status: "planned", plan: { steps: [{ kind: "schema" }, { kind: "waitlist" }] } });
    expect((await drift(project)).items[0]?.status).toBe("drifted");
    expect(await reconcile(project, false)).toMatchObject({
      status: "updated",
      steps: [
        { name: "schema", status: "updated" },
        { name: "waitlist", status: "created" },
      ],
    });
    expect((await drift(project)).items[0]?.status).toBe("matches");
  });
});
