import type { Step } from "../run.ts";

/** Whether a step stays with the worker of its flow, and so sees its `./shared`: one that makes others wait does not. */
export const sharesFolder = ({ run, module }: Pick<Step, "run" | "module">): boolean =>
  run.definition.same_worker === true && !module.suspend && !module.sleep;

/** One worker cannot run several jobs at a time. Throws an Error, which fails the flow. */
export function refuseTogether(step: Pick<Step, "run" | "module">, jobs: number): void {
  if (jobs > 1 && sharesFolder(step))
    throw new Error(
      "Bad request: Cannot continue on same worker with multiple jobs, parallel cannot be used in conjunction with same_worker",
    );
}
