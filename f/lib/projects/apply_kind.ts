import { ConflictError } from "../errors.ts";
import { notePlan, timed } from "../operations/phases.ts";
import type { Ports } from "./kinds/kind.ts";
import { projectKind } from "./kinds/project.ts";
import { kindOf } from "./kinds/registry.ts";
import { findProject } from "./record.ts";
import { type Ask, targetOf } from "./target.ts";

export type AppliedKind = { name: string; status: string };

/** Makes one kind of resource as the project's manifest says. Throws InvalidInput for a kind that there is not. */
export async function applyKind(ports: Ports, ask: Ask & { kind: string }): Promise<AppliedKind> {
  const kind = kindOf(ask.kind);
  const target = await targetOf(ports.sql, ask);
  const timing = { project: target.project, phase: kind.kind };
  const { status } = await timed(ports.sql, timing, () => kind.apply(ports, target));
  if (kind === projectKind && status === "created") await notePlan(ports.sql, target.project);
  const after = await findProject(ports.sql, target.project);
  if (after?.status !== "deleted") return { name: kind.kind, status };
  // Deleted while this went on, so what was opened again must be closed again.
  await kind.lock?.(ports, target.project);
  throw new ConflictError(`Project ${target.project} was deleted while it was applied`, {
    hint: "Bring it back with restore_project if that was not meant.",
  });
}
