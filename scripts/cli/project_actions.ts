import { resolve } from "node:path";
import { type Command, defineCommand, type Option, type Outcome, REMOTE } from "./command.ts";
import { connectionOf } from "./connection.ts";
import { usage } from "./failure.ts";
import { projectArgument } from "./project_name.ts";
import { ENVIRONMENT, environmentOf, projectOf } from "./site/environment.ts";
import { readManifest } from "./site/manifest.ts";
import type { Terminal } from "./terminal.ts";
import { openWindmill, type Windmill } from "./windmill.ts";

/** What `run8n <command> <action>` does to a project; each has a file of its own in a folder named after the command. */
export type ProjectAction = {
  summary: string;
  /** Names of its own positional arguments, as help shows them. */
  args: string[];
  /** Those of its own; where to talk to, and which project it is about, are there for all. */
  options: Record<string, Option>;
  run(context: ProjectContext): Promise<Outcome>;
};

export type ProjectContext = {
  /** The name on record: `shop`, or `shop-staging` for another environment. */
  project: string;
  /** The name that run8n.json or `--project` gives. */
  of: string;
  environment: string;
  /** The project's folder. */
  dir: string;
  args: string[];
  values: Record<string, string | boolean | undefined>;
  windmill: Windmill;
  terminal: Terminal;
};

const SHARED = {
  ...REMOTE,
  ...ENVIRONMENT,
  dir: { type: "string", value: "DIR", help: "the project's folder (default: this one)" },
  project: { type: "string", value: "NAME", help: "the project (default: the one of its run8n.json)" },
} as const satisfies Record<string, Option>;

/** A command of several actions on one project. */
export function projectActions(about: {
  name: string;
  summary: string;
  actions: Record<string, ProjectAction>;
}): Command {
  const { name, actions } = about;
  const names = Object.keys(actions);
  const own: Record<string, Option> = Object.assign({}, ...Object.values(actions).map(({ options }) => options));
  const see = `See: run8n ${name} --help`;
  return defineCommand({
    name,
    summary: `${about.summary}: ${names.join(", ")}`,
    args: [`<${names.join("|")}>`, "[argument]"],
    options: { ...own, ...SHARED },
    examples: Object.entries(actions).map(
      ([action, { args, summary }]) => `${["run8n", name, action, ...args].join(" ").padEnd(28)} # ${summary}`,
    ),
    async run({ values, args: [word = "", ...args], terminal, env }) {
      const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
      const given: Record<string, string | boolean | undefined> = values;
      if (!action) throw usage(`run8n ${name} has no action of that name; it has ${names.join(", ")}`, see);
      const foreign = Object.keys(own).find((option) => given[option] !== undefined && !(option in action.options));
      if (foreign) throw usage(`run8n ${name} ${word} takes no --${foreign}`, see);
      const needed = action.args.filter((arg) => arg.startsWith("<"));
      if (args.length < needed.length || args.length > action.args.length) {
        throw usage(`run8n ${name} ${word} takes ${action.args.join(" ") || "no argument"}, got ${args.length}`, see);
      }
      const dir = resolve(values.dir ?? ".");
      const of = values.project ? projectArgument(values.project) : readManifest(dir).name;
      const environment = environmentOf(of, values);
      const windmill = openWindmill(connectionOf(values, env));
      const project = await projectOf(windmill, of, environment);
      return action.run({ project, of, environment, dir, args, values: given, windmill, terminal });
    },
  });
}
