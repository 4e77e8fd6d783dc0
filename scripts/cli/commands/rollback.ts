import { resolve } from "node:path";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { Failure } from "../failure.ts";
import type { Deployed } from "../site/deploy.ts";
import { readManifest } from "../site/manifest.ts";
import { jobFailure, openWindmill } from "../windmill.ts";

const SCRIPT = "f/infra/sites/rollback_site";

export const rollbackCommand = defineCommand({
  name: "rollback",
  summary: "Return the site of a project folder to its previous release, or to a named one",
  args: ["[dir]"],
  options: {
    ...REMOTE,
    to: { type: "string", value: "RELEASE", help: "the release to return to (default: the previous one)" },
  },
  examples: ["run8n rollback", "run8n call f/infra/sites/list_releases project=my-app"],
  async run({ values, args: [folder = "."], terminal, env }) {
    const { name } = readManifest(resolve(folder));
    const windmill = openWindmill(connectionOf(values, env));
    const args = { project: name, ...(values.to ? { release: values.to } : {}) };
    const { success, result, id } = await terminal.step("rollback", () => windmill.run("script", SCRIPT, args));
    if (!success)
      throw jobFailure(SCRIPT, result) ?? new Failure(`${SCRIPT} failed`, { hint: `Look at job ${id} in Windmill.` });
    const { release } = result as Deployed;
    return { text: `${name} is back at release ${release}.`, document: result };
  },
});
