import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { JobStore } from "../store/jobs.ts";
import type { Logs } from "../store/logs.ts";
import { killGroup } from "./child.ts";
import { failure } from "./failures.ts";
import { type Job, usesWorker } from "./job.ts";
import { sweepShared } from "./shared_folder.ts";

/** Windmill's default limit: how often it restarts a job whose worker has died. */
const RESTART_LIMIT = 3;

export type RecoverParts = { jobs: JobStore; logs: Logs; dataDir: string };

/**
 * After a crash: jobs that were running go back into the queue, like Windmill's zombie jobs once their worker has not
 * been heard of for a while, and fail when that happened too often. Their processes, if any survived, are killed first.
 */
export function recover({ jobs, logs, dataDir }: RecoverParts): void {
  for (const job of jobs.running()) {
    if (!usesWorker(job)) continue;
    const folder = join(dataDir, "jobs", job.id);
    const pid = jobs.pidOf(job.id);
    if (pid !== undefined && commandOf(pid).includes(folder)) killGroup(pid);
    logs.follow(job.id, join(folder, "output.log"));
    logs.keep(job.id);
    restart(job, jobs, logs);
  }
  rmSync(join(dataDir, "jobs"), { recursive: true, force: true });
  sweepShared(dataDir, jobs);
}

function restart(job: Job, jobs: JobStore, logs: Logs): void {
  const restarts = (job.attempts ?? 1) - 1;
  const last = `last ping at ${job.startedAt?.toISOString()}`;
  if (restarts < RESTART_LIMIT) {
    const count = `${restarts + 1}/${RESTART_LIMIT} attempts`;
    logs.append(job.id, `\nRestarted job after not receiving job's ping for too long the ${last} (${count})\n\n`);
    jobs.requeue(job.id);
  } else {
    const why = `job's ping was received ${last}, job will be processed as an error since all ${RESTART_LIMIT} restart attempts failed`;
    logs.append(job.id, `\n${why}\n`);
    jobs.end(job.id, { success: false, result: failure("ExecutionErr", why) }, new Date());
  }
}

/** The command line of a process: a number in our records may belong to somebody else's process by now. */
function commandOf(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}
