import { notFound } from "../errors.ts";
import type { Blobs } from "../store/blobs.ts";
import type { ScriptStore } from "../store/scripts.ts";
import type { Job } from "./job.ts";
import { type Code, gatherSources, type Sources } from "./sources.ts";

/** The code a job runs: its own, or the script version that was deployed when it was pushed. */
export function codeOf(job: Job, scripts: ScriptStore): Code {
  if (job.rawCode !== undefined) {
    const path = job.path && /^[fug]\/[^/]+\/./.test(job.path) ? job.path : "u/admin/preview";
    return { path, content: job.rawCode, lock: job.rawLock || null, language: job.language ?? "bun" };
  }
  const script = job.scriptHash ? scripts.byHash(job.scriptHash) : undefined;
  if (!script) throw notFound(`script ${job.path} of job ${job.id} is gone`);
  return script;
}

/** The last sources of a script version, valid as long as no script was deployed since. */
const gathered = new Map<string, { revision: number; sources: Sources }>();

export function sourcesOf(job: Job, code: Code, scripts: ScriptStore, blobs: Blobs): Sources {
  const { tempScripts } = job;
  if (tempScripts || !job.scriptHash)
    return gatherSources(code, scripts, (path) => {
      const hash = tempScripts?.[path] ?? tempScripts?.[`${path}.ts`];
      return hash === undefined ? undefined : blobs.get(hash);
    });
  const known = gathered.get(job.scriptHash);
  if (known?.revision === scripts.revision()) return known.sources;
  const sources = gatherSources(code, scripts);
  gathered.set(job.scriptHash, { revision: scripts.revision(), sources });
  return sources;
}
