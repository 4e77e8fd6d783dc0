import { badRequest } from "../errors.ts";
import { get, type Route } from "../router.ts";
import { json } from "./answers.ts";
import { listQueue } from "./job_reads.ts";

const HOUR_SECONDS = 3_600;

/** What `wmill queues` asks for: of all workspaces together, of which this engine has one. */
export const queueRoutes: Route[] = [
  // Windmill's workspace of administrators, in which `all_workspaces=true` lists the jobs of all others.
  get("/api/w/admins/jobs/queue/list", listQueue),
  get("/api/jobs/completed/count_by_tag", ({ engine, query }) => {
    const seconds = Number(query.get("horizon_secs") ?? HOUR_SECONDS);
    if (!Number.isFinite(seconds)) throw badRequest("horizon_secs must be a number of seconds");
    const workspace = query.get("workspace_id") ?? engine.settings.workspace;
    if (workspace !== engine.settings.workspace) return json([]);
    return json(engine.jobs.endedByTag(Date.now() - seconds * 1000));
  }),
  get("/api/jobs/db_clock", () => json(Date.now())),
];
