import type { DroppedProjects, EndedProject } from "../../../f/lib/projects/drop_ended.ts";
import { toFailure } from "../failure.ts";
import type { Windmill } from "../windmill.ts";
import { broken, type Finding, ok } from "./finding.ts";

const PATH = "f/infra/projects/drop_ended_projects";
const NAME = "ended projects";
/** The schedule drops them every hour; one that has waited for three was tried and failed, or the schedule stands still. */
const PATIENCE_MS = 3 * 3_600_000;

/** Whether what should be gone is gone: previews after their time, projects deleted more than seven days ago. */
export async function examineProjects(windmill: Windmill, now = Date.now()): Promise<Finding[]> {
  if (!(await windmill.find(`scripts/get/p/${PATH}`))) return [];
  try {
    const { items } = (await windmill.run("script", PATH, {})) as DroppedProjects;
    const overdue = items.filter(({ since }) => now - Date.parse(since) > PATIENCE_MS);
    if (overdue.length > 0) return overdue.map(overdueFinding);
    return [ok("projects", NAME, items.length > 0 ? `${items.length} to be dropped within the hour` : "none is left")];
  } catch (error) {
    const { message, hint } = toFailure(error);
    return [broken("projects", NAME, message, hint)];
  }
}

function overdueFinding({ project, why, since, problem }: EndedProject): Finding {
  const due = `${project} should have been dropped on ${since.slice(0, 16).replace("T", " ")} UTC (${why})`;
  return problem
    ? broken(
        "projects",
        NAME,
        `${due}: ${problem}`,
        `See \`run8n logs ${project} --failed\`, mend it; the next hour drops it.`,
      )
    : broken("projects", NAME, due, `Check that the schedule ${PATH} is enabled: \`run8n push\` brings it along.`);
}
