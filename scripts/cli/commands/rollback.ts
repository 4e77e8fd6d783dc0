import { resolve } from "node:path";
import type { ReleaseDiff } from "../../../f/lib/sites/diff.ts";
import type { Served } from "../../../f/lib/sites/serve.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { ENVIRONMENT, environmentOf, projectOf } from "../site/environment.ts";
import { readManifest } from "../site/manifest.ts";
import { showDiff } from "../site/show_diff.ts";
import { openWindmill } from "../windmill.ts";

export const rollbackCommand = defineCommand({
  name: "rollback",
  summary: "Return the site of a project folder to its previous release, or to a named one",
  args: ["[dir]"],
  options: {
    ...REMOTE,
    ...ENVIRONMENT,
    to: { type: "string", value: "RELEASE", help: "the release to return to (default: the previous one)" },
    "dry-run": { type: "boolean", help: "show what would change, and change nothing" },
  },
  examples: ["run8n rollback", "run8n rollback --to 0123456789abcdef", "run8n rollback --dry-run"],
  async run({ values, args: [folder = "."], terminal, env }) {
    const { name } = readManifest(resolve(folder));
    const environment = environmentOf(name, values);
    const windmill = openWindmill(connectionOf(values, env));
    const project = await projectOf(windmill, name, environment);
    if (values["dry-run"]) {
      const diff = await terminal.step("compare", () => compareForRollback(windmill, project, values.to));
      const text = `A rollback would return ${project} from release ${diff.from} to ${diff.to}.\n${showDiff(diff)}`;
      return { text, document: { ...diff, dryRun: true } };
    }
    const args = { project, ...(values.to ? { release: values.to } : {}) };
    const script = "f/infra/sites/rollback_site";
    const result = (await terminal.step("rollback", () => windmill.run("script", script, args))) as Served;
    return { text: `${project} is back at release ${result.release}.`, document: result };
  },
});

/** What the release to return to has otherwise than the current one. */
async function compareForRollback(
  windmill: ReturnType<typeof openWindmill>,
  project: string,
  to: string | undefined,
): Promise<ReleaseDiff> {
  const compare = (args: object) =>
    windmill.run("script", "f/infra/sites/diff_releases", { project, ...args }) as Promise<ReleaseDiff>;
  const { from: previous, to: current } = await compare({});
  return compare({ from: current, to: to ?? previous });
}
