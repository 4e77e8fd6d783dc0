import { ConflictError, PreconditionError } from "../errors.ts";
import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { type Progress, untold } from "../windmill/progress.ts";
import type { Ports } from "./kinds/kind.ts";
import { kindOf } from "./kinds/registry.ts";
import { markDropping } from "./mark.ts";
import { findProject } from "./record.ts";
import { listResources, type TakedownStep } from "./resources.ts";

/** Takes a project and its environments out of use, kind by kind, and loses nothing. Throws as verifyTakedown. */
export async function deleteProject(ports: Ports, name: string, progress: Progress = untold): Promise<TakenDown> {
  const { project, locks } = await listResources(ports, name);
  for (const [done, step] of locks.entries()) {
    await progress(done + 1, locks.length + 2); // of looking, the kinds, and looking again
    await lockKind(ports, step);
  }
  return verifyTakedown(ports, project);
}

/** What was kept of each kind that was dropped and keeps something, such as a dump. */
export type DroppedProject = TakenDown & { kept: Record<string, unknown>[] };

/** Drops a deleted project and its environments for good. Throws Precondition when it may not, and as verifyTakedown. */
export async function dropProject(
  ports: Ports,
  ask: { project: string; confirm: string },
  progress: Progress = untold,
): Promise<DroppedProject> {
  const { project, drops } = await planDrop(ports, ask);
  const kept: Record<string, unknown>[] = [];
  for (const [done, step] of drops.entries()) {
    await progress(done + 1, drops.length + 2);
    const one = await dropKind(ports, step);
    if (Object.keys(one.kept).length > 0) kept.push({ project: step.project, kind: one.name, ...one.kept });
  }
  return { ...(await verifyTakedown(ports, project)), kept };
}

/** Locks one kind of a project's resources and loses nothing. Throws InvalidInput for a kind that there is not. */
export async function lockKind(ports: Ports, ask: TakedownStep): Promise<{ name: string; status: "locked" }> {
  const project = projectName(ask.project);
  const { kind, lock } = kindOf(ask.kind);
  const asked = { project, kind };
  return operate({ sql: ports.sql, verb: "infra/projects/delete_project", project, arguments: asked }, async () => {
    await lock?.(ports, project);
    return { name: kind, status: "locked" };
  });
}

/**
 * Drops one kind of a deleted project's resources for good. Throws Precondition when `confirm` is not the project's
 * name or the project is not deleted.
 */
export async function dropKind(
  ports: Ports,
  ask: TakedownStep & { confirm: string },
): Promise<{ name: string; status: "dropped"; kept: Record<string, unknown> }> {
  const project = projectName(ask.project);
  const { kind, drop } = kindOf(ask.kind);
  const asked = { project, kind };
  const bounds = { leaseSeconds: 3600 };
  const operation = { sql: ports.sql, verb: "infra/projects/drop_project", project, arguments: asked, ...bounds };
  return operate(operation, async () => {
    await requireDeleted(ports.sql, project, ask.confirm);
    await markDropping(ports.sql, project);
    return { name: kind, status: "dropped", kept: (await drop?.(ports, project)) ?? {} };
  });
}

/** What drop_project has to do. Throws Precondition when it may not. */
export async function planDrop(
  ports: Ports,
  ask: { project: string; confirm: string },
): Promise<{ project: string; drops: (TakedownStep & { confirm: string })[] }> {
  const { project, drops } = await listResources(ports, ask.project);
  await requireDeleted(ports.sql, project, ask.confirm);
  return { project, drops: drops.map((step) => ({ ...step, confirm: step.project })) };
}

/** A project without a record was never made, or has been dropped but for what a killed job has left. */
async function requireDeleted(sql: Sql, project: string, confirm: string): Promise<void> {
  if (confirm !== project) {
    throw new PreconditionError("confirm must equal the name of the project that is dropped", {
      hint: "Pass the project's name a second time, as confirm.",
      details: { argument: "confirm" },
    });
  }
  const found = await findProject(sql, project);
  if (!found || found.status === "deleted") return;
  throw new PreconditionError(`Project ${project} is in use; only a deleted project can be dropped`, {
    hint: "Run delete_project first: it takes the project out of use and can be taken back.",
    details: { status: found.status },
  });
}

export type TakenDown = {
  project: string;
  /** `deleted` can be restored until `dropAt`; `absent` is gone for good, or was never there. */
  status: "deleted" | "absent";
  deletedAt: string | null;
  dropAt: string | null;
};

/**
 * Says what has become of a project that was taken down, by looking everywhere. Throws Conflict when it is in use, or
 * when something of it is left that no record speaks for.
 */
export async function verifyTakedown(ports: Ports, name: string): Promise<TakenDown> {
  const { project, items } = await listResources(ports, name);
  const found = await findProject(ports.sql, project);
  if (found?.status === "deleted") {
    return { project, status: "deleted", deletedAt: found.deletedAt, dropAt: found.dropAt };
  }
  if (!found && items.length === 0) return { project, status: "absent", deletedAt: null, dropAt: null };
  throw new ConflictError(
    found ? `Project ${project} is in use again` : `Something of project ${project} is left: ${items[0]?.what}`,
    {
      hint: "Look at list_resources, and call again.",
      retryable: true,
      details: { left: items },
    },
  );
}
