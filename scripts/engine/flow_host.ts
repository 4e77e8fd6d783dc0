import type { Engine } from "./engine.ts";
import type { ChildJob, FlowHost } from "./flows/host.ts";
import type { Job } from "./jobs/job.ts";
import type { NewJob } from "./jobs/queue.ts";
import { flowRunnable, scriptRunnable, startedBy } from "./jobs/runnable.ts";
import type { Wakeups } from "./store/wakeups.ts";

/** The engine as the flow runner sees it. */
export function createFlowHost(engine: Engine, wakeups: Wakeups): FlowHost {
  const { jobs, queue, logs, resumes, db } = engine;
  return {
    transaction: (work) => db.transaction(work)(),
    getJob: jobs.find,
    pushChild: (parent, child) => queue.push(childJob(engine, parent, child)).id,
    saveFlowStatus: jobs.saveFlowStatus,
    replaceArgs: (id, args) => jobs.update(id, { args, preprocessed: true }),
    completeFlow: queue.complete,
    wakeAt(id, when) {
      wakeups.set(id, when);
      queue.look();
    },
    resumesOf: resumes.of,
    variable: (path) => engine.variables.value(path),
    resource: (path) => engine.resourceValue(path),
    appendLog: logs.append,
    now: () => new Date(),
  };
}

function childJob(engine: Engine, parent: Job, child: ChildJob): NewJob {
  const { flowStepId, args, scheduledFor, timeoutSeconds, cacheTtlSeconds, deleteAfterSeconds, preRunError } = child;
  return {
    ...whatToRun(engine, child),
    workspace: parent.workspace,
    createdBy: parent.createdBy,
    email: parent.email,
    permissionedAs: parent.permissionedAs,
    parentJob: parent.id,
    rootJob: parent.rootJob ?? parent.id,
    flowStepId,
    args,
    // The one step of such a flow stands for a script that was called itself, so its preprocessor sees the request.
    ...(parent.kind === "singlestepflow" && parent.preprocess && flowStepId !== "failure" ? { preprocess: true } : {}),
    ...(parent.schedulePath ? { schedulePath: parent.schedulePath } : {}),
    ...(parent.tempScripts ? { tempScripts: parent.tempScripts } : {}),
    ...(scheduledFor ? { scheduledFor } : {}),
    ...(timeoutSeconds ? { timeoutSeconds } : {}),
    ...(cacheTtlSeconds ? { cacheTtlSeconds } : {}),
    ...(deleteAfterSeconds === undefined ? {} : { deleteAfterSeconds }),
    ...(preRunError ? { preRunError } : {}),
    ...(child.sharesFolder ? { sharedFolder: parent.sharedFolder ?? parent.id } : {}),
  };
}

function whatToRun(engine: Engine, child: ChildJob): Pick<NewJob, "kind" | "path"> & Partial<NewJob> {
  switch (child.kind) {
    case "script":
      return {
        ...scriptRunnable(engine, child.hash ? { hash: child.hash } : { path: child.path }).job,
        ...(child.entrypoint ? { entrypoint: child.entrypoint } : {}),
      };
    case "flow":
      return startedBy(flowRunnable(engine, child.path), false);
    case "flowpreview":
      return { kind: "flowpreview", path: child.path, rawFlow: child.flow };
    case "identity":
      return { kind: "identity", path: null };
    case "preview":
      return {
        kind: "preview",
        path: child.path,
        rawCode: child.code,
        language: child.language,
        ...(child.lock ? { rawLock: child.lock } : {}),
        ...(child.entrypoint ? { entrypoint: child.entrypoint } : {}),
      };
  }
}
