import type { Job, Windmill } from "./windmill.ts";

const FLOW = "f/infra/projects/apply_project";

export type Applied = { project: string; url: string; status: string };

/** Runs the flow that makes a project exist and match; `update` hears which step it is at. */
export async function applyProject(
  windmill: Windmill,
  args: { name: string; template: string; manifest?: object },
  update: (text: string) => void = () => {},
): Promise<Applied> {
  return (await windmill.run("flow", FLOW, args, (job) => update(stepOf(job)))) as Applied;
}

function stepOf({ flow_status }: Job): string {
  const modules = flow_status?.modules ?? [];
  const done = modules.filter(({ type }) => type === "Success").length;
  return `step ${Math.min(done + 1, modules.length)} of ${modules.length}, ${modules[done]?.id ?? "finishing"}`;
}
