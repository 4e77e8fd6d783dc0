import type { Plan } from "../../f/lib/projects/plan.ts";
import type { PublishedProject } from "../../f/lib/projects/publish.ts";
import type { Windmill } from "./windmill.ts";

const FOLDER = "f/infra/projects";

/** What the flow takes: a name and a template, or a manifest; and the hash of a plan that was looked at. */
export type ApplyRequest = {
  name?: string;
  template?: string;
  manifest?: object;
  environment?: string;
  planHash?: string;
};

/** Runs the flow that makes a project exist and match; `update` hears how far it is. */
export async function applyProject(
  windmill: Windmill,
  args: ApplyRequest,
  update: (text: string) => void = () => {},
): Promise<PublishedProject> {
  return runProjectFlow<PublishedProject>(windmill, "apply_project", { ...args }, update);
}

/** What applying would change. */
export async function planProject(
  windmill: Windmill,
  { manifest, environment }: Pick<ApplyRequest, "manifest" | "environment">,
): Promise<Plan> {
  return (await windmill.run("script", `${FOLDER}/plan_project`, { manifest, environment })) as Plan;
}

/** Runs a flow of `f/infra/projects`; `update` hears how far it is. */
export async function runProjectFlow<T>(
  windmill: Windmill,
  flow: string,
  args: Record<string, unknown>,
  update: (text: string) => void,
): Promise<T> {
  const told = (percent: number | null) => update(percent === null ? "" : `${percent} %`);
  return (await windmill.run("flow", `${FOLDER}/${flow}`, args, told)) as T;
}
