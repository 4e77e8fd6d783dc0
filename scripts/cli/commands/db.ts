import { resolve } from "node:path";
import { projectName } from "../../../f/lib/names.ts";
import { defineCommand, type Option, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import type { DbAction } from "../db/action.ts";
import { migrate } from "../db/migrate.ts";
import { query } from "../db/query.ts";
import { status } from "../db/status.ts";
import { usage } from "../failure.ts";
import { readManifest } from "../site/manifest.ts";
import { openWindmill } from "../windmill.ts";

const ACTIONS: Record<string, DbAction> = { migrate, status, query };

const SHARED = {
  ...REMOTE,
  dir: { type: "string", value: "DIR", help: "the project's folder (default: this one)" },
  project: { type: "string", value: "NAME", help: "the project (default: the one of its run8n.json)" },
} as const satisfies Record<string, Option>;

const NAMES = Object.keys(ACTIONS);
const OWN: Record<string, Option> = Object.assign({}, ...Object.values(ACTIONS).map(({ options }) => options));

export const dbCommand = defineCommand({
  name: "db",
  summary: `Work on a project's database: ${NAMES.join(", ")}`,
  args: [`<${NAMES.join("|")}>`, "[argument]"],
  options: { ...OWN, ...SHARED },
  examples: Object.entries(ACTIONS).map(
    ([name, { args, summary }]) => `${["run8n db", name, ...args].join(" ").padEnd(24)} # ${summary}`,
  ),
  async run({ values, args: [name = "", ...args], terminal, env }) {
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    const given: Record<string, string | boolean | undefined> = values;
    const see = "See: run8n db --help";
    if (!action) throw usage(`run8n db has no action of that name; it has ${NAMES.join(", ")}`, see);
    const foreign = Object.keys(OWN).find((option) => given[option] !== undefined && !(option in action.options));
    if (foreign) throw usage(`run8n db ${name} takes no --${foreign}`, see);
    const needed = action.args.filter((arg) => arg.startsWith("<"));
    if (args.length < needed.length || args.length > action.args.length) {
      throw usage(`run8n db ${name} takes ${action.args.join(" ") || "no argument"}, got ${args.length}`, see);
    }
    const dir = resolve(values.dir ?? ".");
    const project = values.project ? projectName(values.project) : readManifest(dir).name;
    const windmill = openWindmill(connectionOf(values, env));
    return action.run({ project, dir, args, values: given, windmill, terminal });
  },
});
