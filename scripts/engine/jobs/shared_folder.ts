import { mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { JobStore } from "../store/jobs.ts";
import type { Job } from "./job.ts";

/**
 * Gives a job's folder its `./shared`: that of the `same_worker` flow which the job is a step of, or an empty one of
 * its own. The flow's folder is made by whoever needs it first.
 */
export function placeShared(dataDir: string, { sharedFolder }: Job, jobDir: string): void {
  const place = join(jobDir, "shared");
  if (!sharedFolder) {
    mkdirSync(place);
    return;
  }
  const folder = folderOf(dataDir, sharedFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  symlinkSync(folder, place);
}

/** A flow has ended: nobody needs what its steps have shared. Does nothing for all other jobs. */
export function removeShared(dataDir: string, { id, rawFlow, sharedFolder }: Job): void {
  if (rawFlow?.same_worker === true && !sharedFolder) rmSync(folderOf(dataDir, id), { recursive: true, force: true });
}

/** Removes the folders of flows that have ended and whose engine was killed before it could. */
export function sweepShared(dataDir: string, jobs: Pick<JobStore, "find">): void {
  const all = join(dataDir, "shared");
  mkdirSync(all, { recursive: true, mode: 0o700 });
  for (const id of readdirSync(all)) {
    const flow = jobs.find(id);
    if (!flow || flow.completedAt) rmSync(join(all, id), { recursive: true, force: true });
  }
}

const folderOf = (dataDir: string, flow: string): string => join(dataDir, "shared", flow);
