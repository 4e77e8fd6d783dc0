import { mcpRoutes } from "../mcp/routes.ts";
import { inWorkspace, type Route } from "../router.ts";
import { schedulePreview, scheduleRoutes } from "../schedules/routes.ts";
import { settingsRoutes } from "../workspace/routes.ts";
import { approvalRoutes } from "./approvals.ts";
import { dependencyRoutes } from "./dependencies.ts";
import { familyRoutes } from "./families.ts";
import { flowRoutes } from "./flows.ts";
import { jobReadRoutes } from "./job_reads.ts";
import { queueRoutes } from "./queues.ts";
import { rerunRoutes } from "./rerun.ts";
import { resourceRoutes } from "./resources.ts";
import { runRoutes } from "./run.ts";
import { scriptRoutes } from "./scripts.ts";
import { tarballRoutes } from "./tarball.ts";
import { tokenRoutes } from "./tokens.ts";
import { variableRoutes } from "./variables.ts";
import { workspaceRoutes } from "./workspace.ts";

/** Every endpoint there is. Of two that match, the first answers. */
export const routes: Route[] = [
  ...workspaceRoutes,
  ...tokenRoutes,
  schedulePreview,
  ...queueRoutes,
  ...mcpRoutes,
  ...inWorkspace([
    ...runRoutes,
    ...rerunRoutes,
    ...dependencyRoutes,
    ...jobReadRoutes,
    ...approvalRoutes,
    ...scriptRoutes,
    ...flowRoutes,
    ...familyRoutes,
    ...scheduleRoutes,
    ...resourceRoutes,
    ...variableRoutes,
    ...tarballRoutes,
    ...settingsRoutes,
  ]),
];
