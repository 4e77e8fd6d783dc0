import { isBuiltin } from "node:module";
import { join } from "node:path";
import { NO_DEPENDENCIES } from "../../metadata/no_dependencies.ts";
import { namedImports } from "../parser.ts";
import { failure } from "./failures.ts";
import type { FlowModule, FlowValue, Job, JobEnd } from "./job.ts";
import type { Code, Sources } from "./sources.ts";

export type LockerParts = {
  modules: string;
  codeOf: (job: Job) => Code;
  sourcesOf: (job: Job, code: Code) => Sources;
  /** Hears of the lock of a deployed version, or why there is none, before its job ends. */
  endLock: (hash: string, end: { lock: string } | { error: string }) => void;
};

/** Jobs that work out which packages a script or the inline steps of a flow need, in which versions. */
export function createLocker({ modules, codeOf, sourcesOf, endLock }: LockerParts): (job: Job) => Promise<JobEnd> {
  const lockFor = async (job: Job, content: string, language: unknown): Promise<string> => {
    // Windmill runs Deno scripts without a lock, too; what Deno would write depends on a registry.
    if (language === "deno") return "";
    const path = job.path ?? "u/admin/preview";
    const { files } = sourcesOf(job, { path, content, lock: null, language: "bun" });
    const imports = [...files.values()].flatMap(namedImports).filter((one) => !isBuiltin(one));
    return writeLock(modules, [...new Set(imports.map(packageName))].sort());
  };

  return async (job) => {
    try {
      if (job.kind === "dependencies") {
        const lock = await lockFor(job, codeOf(job).content, job.language);
        if (job.scriptHash) endLock(job.scriptHash, { lock });
        return { success: true, result: { lock, status: "Successful lock file generation" } };
      }
      const flow = structuredClone(job.rawFlow) as FlowValue;
      for (const step of rawSteps(flow)) {
        if (["bun", "deno"].includes(String(step.language)))
          step.lock = await lockFor(job, String(step.content), step.language);
      }
      return { success: true, result: { updated_flow_value: flow } };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (job.scriptHash) endLock(job.scriptHash, { error: why });
      return { success: false, result: failure("ExecutionErr", why) };
    }
  };
}

/** Every inline step, wherever in the flow it stands. */
function rawSteps(flow: FlowValue): Record<string, unknown>[] {
  const { failure_module, preprocessor_module, modules } = flow;
  return [...modules, failure_module, preprocessor_module].flatMap((module) => (module ? within(module) : []));
}

function within({ value }: FlowModule): Record<string, unknown>[] {
  if (value.type === "rawscript") return [value];
  const branches = (value.branches as { modules?: FlowModule[] }[] | undefined) ?? [];
  const bodies = [value.modules, value.default, ...branches.map((branch) => branch.modules)];
  return bodies.flatMap((body) => ((body as FlowModule[] | undefined) ?? []).flatMap(within));
}

async function writeLock(modules: string, packages: string[]): Promise<string> {
  if (packages.length === 0) return NO_DEPENDENCIES;
  const child = Bun.spawn([process.execPath, join(import.meta.dirname, "lock_child.ts"), modules, ...packages], {
    stdin: "ignore",
    stderr: "pipe",
  });
  const [lock, problem, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (exitCode !== 0) throw new Error(problem);
  return lock;
}

/** `@scope/name` or `name`, without a version pin and the path inside. */
function packageName(specifier: string): string {
  const found = /^((?:@[^/@]+\/)?[^/@]+)/.exec(specifier);
  return found?.[1] ?? specifier;
}
