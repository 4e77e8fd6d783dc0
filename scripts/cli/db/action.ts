import type { ProjectAction, ProjectContext } from "../project_actions.ts";

/** What `run8n db <action>` does; each has a file of its own beside this one and a line in `../commands/db.ts`. */
export type DbAction = ProjectAction;
export type DbContext = ProjectContext;
