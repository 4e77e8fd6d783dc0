import { pull } from "../env/pull.ts";
import { rotate } from "../env/rotate.ts";
import { projectActions } from "../project_actions.ts";

export const envCommand = projectActions({
  name: "env",
  summary: "Work on the environment of a project's app",
  actions: { pull, rotate },
});
