import type { Resources } from "../../../f/lib/projects/resources.ts";
import type { TakenDown } from "../../../f/lib/projects/takedown.ts";
import { runProjectFlow } from "../apply_project.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { projectGiven, projectNamed } from "../project_name.ts";
import { ENVIRONMENT } from "../site/environment.ts";
import { openWindmill } from "../windmill.ts";

export const deleteCommand = defineCommand({
  name: "delete",
  summary: "Take a project out of use; it can be restored for 7 days, a preview not at all",
  args: ["[project]"],
  options: {
    ...REMOTE,
    ...ENVIRONMENT,
    "dry-run": { type: "boolean", help: "show what there is of it, and change nothing" },
    "drop-now": {
      type: "string",
      value: "PROJECT",
      help: "drop it for good at once, after a dump; the name once more says that this is meant",
    },
  },
  examples: [
    "run8n delete shop",
    "run8n delete shop --dry-run",
    "run8n delete --preview feature/cart",
    "run8n delete shop --drop-now shop",
  ],
  async run({ values, args: [given], terminal, env }) {
    const named = projectGiven("delete", given, values);
    const windmill = openWindmill(connectionOf(values, env));
    const project = await projectNamed(windmill, named);
    if (values["dry-run"]) {
      const found = (await terminal.step("look", () =>
        windmill.run("script", "f/infra/projects/list_resources", { project }),
      )) as Resources;
      return { text: showResources(found), document: { ...found, dryRun: true } };
    }
    const deleted = await terminal.step(
      "delete",
      (update) => runProjectFlow<TakenDown>(windmill, "delete_project", { project }, update),
      ({ status }) => status,
    );
    // A preview has nothing to wait for: its time to be dropped is that of its deletion.
    const confirm = values["drop-now"] ?? (deleted.dropAt === deleted.deletedAt ? project : undefined);
    if (deleted.status === "absent")
      return { text: `There is nothing of ${project} on the server.`, document: deleted };
    if (confirm === undefined) return { text: told(deleted), document: deleted };
    const dropped = await terminal.step(
      "drop",
      (update) => runProjectFlow<TakenDown>(windmill, "drop_project", { project, confirm }, update),
      ({ status }) => status,
    );
    return { text: `${project} is gone; a dump of its schema is kept for 7 days.`, document: dropped };
  },
});

const told = ({ project, dropAt }: TakenDown): string =>
  `${project} is out of use and answers 410. \`run8n restore ${project}\` brings it back until ${dropAt?.slice(0, 10)}.`;

/** What there is of the project, and of each of its environments under a line of its own. */
function showResources({ project, items }: Resources): string {
  const owners = [...new Set([project, ...items.map((item) => item.project)])];
  const parts = owners.map((owner) => {
    const own = items.filter((item) => item.project === owner).map(({ what }) => `  ${what}`);
    return own.length > 0 ? [`There is this of ${owner}:`, ...own] : [`There is nothing of ${owner}.`];
  });
  return parts.flat().join("\n");
}
