import { OperationError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import { withTables } from "../operations/tables.ts";
import { type Sql, toUpstreamError } from "../postgres/connect.ts";
import type { Ports } from "./kinds/kind.ts";
import { markExpired } from "./mark.ts";
import { deleteProject, dropProject } from "./takedown.ts";

export type EndedProject = {
  project: string;
  why: "expired" | "deleted";
  /** Since when it is due to be dropped. */
  since: string;
  /** Why that has failed since, the last time that it was tried. */
  problem: string | null;
};

export type DroppedProjects = {
  status: "planned" | "dropped" | "unchanged";
  items: EndedProject[];
  failed: { project: string; code: string; message: string }[];
};

/**
 * Drops every project whose time is over, each after a verified dump: previews that have expired, and what was deleted
 * and can be restored no longer. One that fails keeps none of the others from it and is tried again by the next call; one
 * that was applied or restored meanwhile stays. Only says which they are as long as `dryRun` is not false.
 */
export async function dropEnded(ports: Ports, { dryRun }: { dryRun?: boolean | null }): Promise<DroppedProjects> {
  const ended = await endedProjects(ports.sql);
  if (dryRun !== false) return { status: ended.length > 0 ? "planned" : "unchanged", items: ended, failed: [] };
  const items: EndedProject[] = [];
  const failed: DroppedProjects["failed"] = [];
  for (const one of ended) {
    try {
      if (await dropOne(ports, one)) items.push(one);
    } catch (error) {
      failed.push({ project: one.project, ...told(error) });
    }
  }
  return { status: items.length > 0 ? "dropped" : "unchanged", items, failed };
}

/** Environments before the project that they are of, whose own end takes them along. */
async function endedProjects(sql: Sql): Promise<EndedProject[]> {
  const { rows } = await withTables(sql, () =>
    sql.query<Omit<EndedProject, "since"> & { since: Date }>(
      `select ended.name as project, why, since,
              (select coalesce(error->>'message', error->>'code') from run8n.operation o
                where o.project = ended.name and o.status = 'failed' and o.started_at >= since
                order by o.started_at desc limit 1) as problem
         from (select name, environment_of, case status when 'deleted' then 'deleted' else 'expired' end as why,
                      case status when 'deleted' then drop_at else expires_at end as since
                 from run8n.project) as ended
        where since <= now()
        order by name is not distinct from coalesce(environment_of, name), name collate "C"`,
    ),
  );
  return rows.map(({ since, ...one }) => ({ ...one, since: since.toISOString() }));
}

/** As the flows delete_project and drop_project do it; answers false for one whose time is not over after all. */
async function dropOne(ports: Ports, { project, why }: EndedProject): Promise<boolean> {
  if (why === "expired" && !(await expire(ports.sql, project))) return false;
  await deleteProject(ports, project);
  await dropProject(ports, { project, confirm: project });
  return true;
}

async function expire(sql: Sql, project: string): Promise<boolean> {
  const operation = { sql, verb: "infra/projects/drop_ended_projects", project, arguments: { project } };
  const { status } = await operate(operation, async () => ({
    status: (await markExpired(sql, project)) ? "deleted" : "unchanged",
  }));
  return status === "deleted";
}

/** Only our own errors are worded for whoever reads this. */
function told(error: unknown): { code: string; message: string } {
  const known = toUpstreamError(error);
  if (known instanceof OperationError) return { code: known.code, message: known.message };
  return { code: "internal", message: "It failed in a way that was not foreseen" };
}
