import { applyProject } from "./apply_project.ts";
import type { Ports } from "./kinds/kind.ts";
import { type Plan, planProject } from "./plan.ts";
import type { Step } from "./publish.ts";
import { requireProject } from "./record.ts";

export type Reconciled = { project: string; status: "unchanged" | "planned" | "updated"; plan: Plan; steps: Step[] };

/**
 * The way back to the manifest that was applied last: with `dryRun` only the plan of it, else each of its steps is done.
 * Throws NotFound for a project without a record, Precondition when the way back would lose data.
 */
export async function reconcileProject(
  ports: Ports,
  { project, dryRun }: { project: string; dryRun: boolean },
): Promise<Reconciled> {
  const { environment, environmentOf } = await requireProject(ports.sql, project);
  const ask = { project: environmentOf, environment };
  const plan = await planProject(ports, ask);
  if (plan.status === "empty") return { project, status: "unchanged", plan, steps: [] };
  if (dryRun) return { project, status: "planned", plan, steps: [] };
  const { steps } = await applyProject(ports, ask);
  return { project, status: "updated", plan, steps };
}
