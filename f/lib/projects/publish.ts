import { InvalidInputError } from "../errors.ts";
import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { requireProject } from "./record.ts";

/** One thing that a project needs, and what the verb that ensured it answered. */
export type Step = { name: string; status: string };

export type PublishedProject = { project: string; url: string; status: "created" | "updated" | "unchanged" };

/**
 * Notes that everything a project needs stands: sets it live. `status` sums up the steps: `created` when it goes live
 * for the first time, `unchanged` when it was live and no step changed anything, otherwise `updated`.
 * Throws NotFound for a project without a record, InvalidInput for steps that are none.
 */
export async function publishProject(sql: Sql, name: string, given: unknown): Promise<PublishedProject> {
  const project = projectName(name);
  const steps = readSteps(given);
  const asked = { project, steps };
  return operate({ sql, verb: "infra/projects/publish_project", project, arguments: asked }, async () => {
    const before = await requireProject(sql, project);
    const status = summarize(before.status === "live", steps);
    if (status !== "unchanged") {
      await sql.query(
        `update run8n.project set status = 'live', live_at = coalesce(live_at, now()), updated_at = now()
          where name = $1`,
        [project],
      );
    }
    return { project, url: (await requireProject(sql, project)).url, status };
  });
}

const summarize = (wasLive: boolean, steps: Step[]): PublishedProject["status"] => {
  if (!wasLive) return "created";
  return steps.every(({ status }) => status === "unchanged") ? "unchanged" : "updated";
};

const WORD = /^[a-z][a-z_]{0,39}$/;

/** The steps are stored in the audit row, so they are words and nothing else. */
function readSteps(value: unknown): Step[] {
  const isStep = (one: unknown): one is Step => {
    const { name, status } = (one ?? {}) as Partial<Step>;
    return typeof name === "string" && WORD.test(name) && typeof status === "string" && WORD.test(status);
  };
  if (Array.isArray(value) && value.length >= 1 && value.length <= 50 && value.every(isStep))
    return value.map(({ name, status }) => ({ name, status }));
  throw new InvalidInputError("Steps must be a list of 1 to 50 objects with name and status, each one word", {
    hint: 'Pass what the steps answered, such as [{ "name": "schema", "status": "created" }].',
    details: { argument: "steps" },
  });
}
