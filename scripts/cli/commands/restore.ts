import type { PublishedProject } from "../../../f/lib/projects/publish.ts";
import { runProjectFlow } from "../apply_project.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { projectGiven, projectNamed } from "../project_name.ts";
import { ENVIRONMENT } from "../site/environment.ts";
import { openWindmill } from "../windmill.ts";

export const restoreCommand = defineCommand({
  name: "restore",
  summary: "Bring a deleted project back as it was",
  args: ["[project]"],
  options: { ...REMOTE, ...ENVIRONMENT },
  examples: ["run8n restore shop", "run8n restore shop --env staging"],
  async run({ values, args: [given], terminal, env }) {
    const named = projectGiven("restore", given, values);
    const windmill = openWindmill(connectionOf(values, env));
    const project = await projectNamed(windmill, named);
    const restored = await terminal.step(
      "restore",
      (update) => runProjectFlow<PublishedProject>(windmill, "restore_project", { project }, update),
      ({ status }) => status,
    );
    const { bold, cyan } = terminal.style;
    return { text: `${bold(project)} is back: ${cyan(restored.url)}`, document: restored };
  },
});
