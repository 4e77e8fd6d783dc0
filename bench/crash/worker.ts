import { withHost } from "../../f/lib/host/host.ts";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { applyProject } from "../../f/lib/projects/apply_project.ts";
import { jobPorts } from "../../f/lib/projects/ports.ts";
import { listResources } from "../../f/lib/projects/resources.ts";
import { dropKind, lockKind, planDrop, verifyTakedown } from "../../f/lib/projects/takedown.ts";
import { type CaddyValue, namedResource, type PostgresqlValue, type SiteHostValue } from "../../f/lib/resources.ts";
import { deploySite } from "../../f/lib/sites/deploy.ts";

/** What a worker is told to do, as its verbs and flows do it. */
export type Task =
  | { work: "apply" | "delete" | "drop"; project: string }
  | { work: "deploy"; project: string; archive: string };

const edge = () => namedResource<CaddyValue>("f/infra/caddy");
const machine = () => namedResource<SiteHostValue>("f/infra/site_host");

/** `bun worker.ts`: says that it is ready, does the one task that it is given, says how it ended. Or is killed meanwhile. */
async function perform(task: Task): Promise<unknown> {
  const { project } = task;
  const db = await namedResource<PostgresqlValue>("f/infra/postgres");
  return withPostgres(db, async (sql) => {
    const ports = jobPorts(sql, db);
    if (task.work === "apply") return applyProject(ports, { project, environment: "production" });
    if (task.work === "deploy") {
      const { archive } = task;
      const caddy = await edge();
      return withHost(await machine(), (host) => deploySite({ sql, host, caddy, project, archive }));
    }
    if (task.work === "delete")
      for (const step of (await listResources(ports, project)).locks) await lockKind(ports, step);
    else for (const step of (await planDrop(ports, { project, confirm: project })).drops) await dropKind(ports, step);
    return verifyTakedown(ports, project);
  });
}

process.stdout.write("ready\n");
const task = JSON.parse(await Bun.stdin.text()) as Task;
process.stdout.write(`${JSON.stringify(await perform(task))}\n`);
