import { type Progress, untold } from "../windmill/progress.ts";
import { applyKind } from "./apply_kind.ts";
import type { Ports } from "./kinds/kind.ts";
import { checkPlan, planProject } from "./plan.ts";
import { type PublishedProject, publishProject, type Step } from "./publish.ts";
import type { Ask } from "./target.ts";

export type AppliedProject = PublishedProject & { steps: Step[] };

/**
 * Plans a project, makes each kind of resource of the plan in its order, looks at everything once more and sets it live.
 * A run that is cut short is finished by the next. Throws Precondition for a plan that is stale, or loses data without its
 * hash, and Conflict when something is not as the manifest says in the end.
 */
export async function applyProject(
  ports: Ports,
  ask: Ask & { planHash?: string | null | undefined },
  progress: Progress = untold,
): Promise<AppliedProject> {
  const { manifest, steps, hash: planHash } = checkPlan(await planProject(ports, ask), ask.planHash);
  const { environment } = ask;
  const done: Step[] = [];
  for (const { kind } of steps) {
    await progress(done.length + 1, steps.length + 2); // of planning, the kinds, and publishing
    done.push(await applyKind(ports, { kind, manifest, environment }));
  }
  await progress(steps.length + 1, steps.length + 2);
  return { ...(await publishProject(ports, { manifest, environment, planHash, steps: done })), steps: done };
}
