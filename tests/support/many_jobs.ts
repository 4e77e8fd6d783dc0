import type { Job } from "../../scripts/engine/jobs/job.ts";
import { openDatabase } from "../../scripts/engine/store/database.ts";
import { openJobs } from "../../scripts/engine/store/jobs.ts";

/** `bun many_jobs.ts <data folder> <count>`: a past for an engine. One job in ten failed, the first is older than a month. */
function main([dataDir = "", count = "0"]: string[]): void {
  const db = openDatabase(dataDir);
  const jobs = openJobs(db);
  db.transaction(() => {
    for (let n = 0; n < Number(count); n++) {
      const ago = n === 0 ? 40 * 86_400_000 : (Number(count) - n) * 1000;
      const at = n === 0 ? new Date("2019-01-01T00:00:00Z") : new Date(Date.now() - ago);
      const job: Job = {
        id: crypto.randomUUID(),
        workspace: "windmill_automations",
        kind: "script",
        path: `f/test/many_${n % 50}`,
        args: { text: "x".repeat(200) },
        createdBy: "admin",
        email: "admin@windmill.dev",
        permissionedAs: "u/admin",
        createdAt: at,
        scheduledFor: at,
      };
      jobs.insert(job);
      jobs.end(job.id, { success: n % 10 !== 3, result: { text: "y".repeat(1000) } }, at);
    }
  })();
  db.close();
}

main(process.argv.slice(2));
