import { join, relative, resolve } from "node:path";
import { applyProject } from "../apply_project.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { CHECKOUT, connectionOf } from "../connection.ts";
import { projectArgument } from "../project_name.ts";
import { deploySite, siteIn } from "../site/deploy.ts";
import { readManifest } from "../site/manifest.ts";
import { checkCopy, copyTemplate, manifestIn } from "../site/template.ts";
import { openWindmill } from "../windmill.ts";

export const newCommand = defineCommand({
  name: "new",
  summary: "Make a new app from a template and put it online",
  args: ["<name>"],
  options: {
    ...REMOTE,
    template: { type: "string", value: "NAME", help: "what to start from (default: static)" },
    dir: { type: "string", value: "DIR", help: "where to put its files (default: ./<name>)" },
  },
  examples: ["run8n new my-app", "run8n new my-app --template static --dir ~/work/my-app"],
  async run({ values, args: [given = ""], terminal, env }) {
    const name = projectArgument(given);
    const template = values.template ?? "static";
    const dir = resolve(values.dir ?? name);
    const windmill = openWindmill(connectionOf(values, env));
    const templates = join(CHECKOUT, "templates");
    checkCopy(templates, template, dir);
    const applied = await terminal.step(
      "project",
      (update) => applyProject(windmill, { name, template, manifest: manifestIn(templates, template, name) }, update),
      ({ status }) => status,
    );
    copyTemplate(templates, template, dir, name);
    const deployed = await terminal.step(
      "deploy",
      (update) => deploySite({ windmill, project: name }, siteIn(dir, readManifest(dir)), { update }),
      ({ status }) => status,
    );
    const { bold, cyan, dim } = terminal.style;
    const here = relative(process.cwd(), dir) || ".";
    const text = [
      "",
      `  ${bold(name)} is live at ${bold(cyan(applied.url))}`,
      "",
      `  ${dim("1.")} Change ${here}/site/`,
      `  ${dim("2.")} npx run8n deploy ${here}`,
      "",
    ].join("\n");
    return {
      text,
      document: { name, template, dir, url: applied.url, release: deployed.release, status: applied.status },
    };
  },
});
