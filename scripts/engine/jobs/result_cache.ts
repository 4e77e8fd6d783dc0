import type { Database } from "bun:sqlite";
import { sha256 } from "../store/blobs.ts";
import type { Job, JobEnd } from "./job.ts";

/** Results that are handed out again instead of running the same code with the same arguments once more. */
export type ResultCache = { find(job: Job): JobEnd | undefined; keep(job: Job): void };

export function openResultCache(db: Database): ResultCache {
  return {
    find(job) {
      if (!job.cacheTtlSeconds) return undefined;
      const row = db
        .query<{ result: string }, [string, number]>("select result from cached where key = ? and expires_at > ?")
        .get(keyOf(job), Date.now());
      return row ? { success: true, result: JSON.parse(row.result) as unknown } : undefined;
    },
    keep(job) {
      if (!job.cacheTtlSeconds || !job.success) return;
      const now = Date.now();
      // A job that was answered from here must not make the answer live longer.
      db.query(
        `insert into cached values (?, ?, ?) on conflict do update
           set result = excluded.result, expires_at = excluded.expires_at where expires_at <= ?`,
      ).run(keyOf(job), JSON.stringify(job.result ?? null), now + job.cacheTtlSeconds * 1000, now);
    },
  };
}

/** The same code, called with the same arguments; a new version of a script or flow starts anew. */
function keyOf({ path, scriptHash, rawCode, rawLock, rawFlow, args, requestArgs }: Job): string {
  const code = scriptHash ?? sha256(JSON.stringify([path, rawCode, rawLock, rawFlow]));
  const sorted = Object.entries(requestArgs ?? args).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${code}/${sha256(JSON.stringify(sorted))}`;
}
