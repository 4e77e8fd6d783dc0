import { resolve } from "node:path";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import type { Deployed } from "../site/deploy.ts";
import { readManifest } from "../site/manifest.ts";
import { openWindmill } from "../windmill.ts";

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
    const result = (await terminal.step("rollback", () => windmill.run("script", SCRIPT, args))) as Deployed;
    return { text: `${name} is back at release ${result.release}.`, document: result };
  },
});
