import { applyKind } from "./apply_kind.ts";
import type { Ports } from "./kinds/kind.ts";
import { checkPlan, planProject } from "./plan.ts";
import { type PublishedProject, publishProject, type Step } from "./publish.ts";
import type { Ask } from "./target.ts";

/**
 * The steps of the flow apply_project in one go, for callers that cannot start a flow. A run that is cut short is
 * finished by the next, as in the flow. Throws Precondition for a plan that is stale, or loses data without its hash.
 */
export async function applyProject(
  ports: Ports,
  ask: Ask & { planHash?: string | null },
): Promise<PublishedProject & { steps: Step[] }> {
  const { manifest, steps, hash: planHash } = checkPlan(await planProject(ports, ask), ask.planHash);
  const { environment } = ask;
  const done: Step[] = [];
  for (const { kind } of steps) done.push(await applyKind(ports, { kind, manifest, environment }));
  return { ...(await publishProject(ports, { manifest, environment, planHash, steps: done })), steps: done };
}
