import { ConflictError } from "../errors.ts";
import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { type Progress, untold } from "../windmill/progress.ts";
import { type AppliedProject, applyProject } from "./apply_project.ts";
import type { Ports } from "./kinds/kind.ts";
import { unmarkDeleted } from "./mark.ts";
import { findProject, requireProject } from "./record.ts";

/** Brings a deleted project back as it was. Throws as restoreRecord and applyProject. */
export async function restoreProject(ports: Ports, name: string, progress: Progress = untold): Promise<AppliedProject> {
  const { of: project, environment } = await restoreRecord(ports.sql, name);
  return applyProject(ports, { project, environment }, progress);
}

/**
 * Takes a deletion back as far as the record goes; applying the project opens the rest. Throws NotFound for a project
 * without a record, Conflict for one that is being dropped or whose production is deleted.
 */
export async function restoreRecord(
  sql: Sql,
  name: string,
): Promise<{ project: string; of: string; environment: string; status: "restored" | "unchanged" }> {
  const project = projectName(name);
  const asked = { project };
  return operate({ sql, verb: "infra/projects/restore_project", project, arguments: asked }, async () => {
    const { environment, environmentOf } = await requireProject(sql, project);
    if (environmentOf !== project) await requireProduction(sql, environmentOf);
    const status = await unmarkDeleted(sql, project);
    return { project, of: environmentOf, environment, status };
  });
}

async function requireProduction(sql: Sql, of: string): Promise<void> {
  if ((await findProject(sql, of))?.status !== "deleted") return;
  throw new ConflictError(`Project ${of}, of which this is an environment, is deleted`, {
    hint: `Restore ${of} first.`,
  });
}
