import type { Project } from "../../../f/lib/projects/record.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { openWindmill } from "../windmill.ts";

export const projectsCommand = defineCommand({
  name: "projects",
  summary: "List the projects on the server, with their environments",
  args: [],
  options: REMOTE,
  examples: ["run8n projects", "run8n projects --json"],
  async run({ values, terminal, env }) {
    const windmill = openWindmill(connectionOf(values, env));
    const items: Project[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const page: { items: Project[]; nextCursor?: string } = (await windmill.run(
        "script",
        "f/infra/projects/list_projects",
        { cursor, limit: 500 },
      )) as { items: Project[]; nextCursor?: string };
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    const { green, yellow, red, dim, cyan } = terminal.style;
    const marks = { live: green("●"), provisioning: yellow("◐"), deleted: red("○") };
    const lines = items.map(({ project, status, template, url, environment, secondsToLive, dropAt, expiresAt }) => {
      const about = [
        environment === "production" ? template : environment,
        ...(secondsToLive === null ? [] : [`live in ${secondsToLive.toFixed(1)} s`]),
        ...(dropAt ? [`dropped for good on ${dropAt.slice(0, 10)}`] : []),
        ...(expiresAt ? [`ends ${expiresAt.slice(0, 16).replace("T", " ")}`] : []),
      ];
      return `${marks[status]} ${project.padEnd(24)} ${status.padEnd(13)} ${cyan(url)}  ${dim(about.join(", "))}`;
    });
    const none = "There is no project yet; make one with `run8n new <name>`.";
    return { text: lines.join("\n") || none, document: { items } };
  },
});
