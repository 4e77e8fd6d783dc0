import type { Project } from "../../../f/lib/projects/record.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import type { Style } from "../style.ts";
import { openWindmill, type Windmill } from "../windmill.ts";

export const projectsCommand = defineCommand({
  name: "projects",
  summary: "List the projects on the server, with their environments; or show one, and how long each part of it took",
  args: ["[name]"],
  options: REMOTE,
  examples: ["run8n projects", "run8n projects shop", "run8n projects --json"],
  async run({ values, args: [project], terminal, env }) {
    const windmill = openWindmill(connectionOf(values, env));
    if (project !== undefined) {
      const found = (await windmill.run("script", "f/infra/projects/get_project", { project })) as Project;
      return { text: [showProjects([found], terminal.style), ...phaseLines(found)].join("\n"), document: found };
    }
    const items = await allProjects(windmill);
    const none = "There is no project yet; make one with `run8n new <name>`.";
    return { text: showProjects(items, terminal.style) || none, document: { items } };
  },
});

async function allProjects(windmill: Windmill): Promise<Project[]> {
  const items: Project[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const asked = { cursor, limit: 500 };
    const page: unknown = await windmill.run("script", "f/infra/projects/list_projects", asked);
    const { items: more, nextCursor } = page as { items: Project[]; nextCursor?: string };
    items.push(...more);
    cursor = nextCursor;
  }
  return items;
}

/** One line each; the columns are as wide as what stands in them. */
function showProjects(items: Project[], { green, yellow, red, dim, cyan }: Style): string {
  const marks = { live: green("●"), provisioning: yellow("◐"), deleted: red("○") };
  const width = (of: (one: Project) => string) => Math.max(...items.map((one) => of(one).length));
  const [names, urls] = [width(({ project }) => project), width(({ url }) => url)];
  const lines = items.map((one) => {
    const { project, status, url } = one;
    return `${marks[status]} ${project.padEnd(names)}  ${status.padEnd(12)}  ${cyan(url.padEnd(urls))}  ${dim(about(one))}`;
  });
  return lines.join("\n");
}

function about({ template, environment, environmentOf, secondsToLive, dropAt, expiresAt }: Project): string {
  const kind = environment === "production" ? template : expiresAt ? "preview" : environment;
  return [
    environment === "production" ? kind : `${kind} of ${environmentOf}`,
    ...(secondsToLive === null || expiresAt ? [] : [`live in ${secondsToLive.toFixed(1)} s`]),
    ...(dropAt ? [`dropped for good on ${dropAt.slice(0, 10)}`] : []),
    ...(expiresAt && !dropAt ? [`until ${expiresAt.slice(0, 16).replace("T", " ")} UTC`] : []),
  ].join(", ");
}

const phaseLines = ({ phases }: Project): string[] =>
  phases.map(({ phase, seconds }) => `    ${phase.padEnd(12)} ${seconds.toFixed(2).padStart(7)} s`);
