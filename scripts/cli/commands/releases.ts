import { resolve } from "node:path";
import type { ReleaseDiff } from "../../../f/lib/sites/diff.ts";
import type { ListedRelease } from "../../../f/lib/sites/list.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { ENVIRONMENT, environmentOf, projectOf } from "../site/environment.ts";
import { readManifest } from "../site/manifest.ts";
import { showDiff } from "../site/show_diff.ts";
import { size } from "../size.ts";
import { openWindmill } from "../windmill.ts";

export const releasesCommand = defineCommand({
  name: "releases",
  summary: "List the releases of a project folder's site, or show what one has otherwise than another",
  args: ["[dir]"],
  options: {
    ...REMOTE,
    ...ENVIRONMENT,
    diff: { type: "boolean", help: "compare two releases instead of listing all" },
    from: {
      type: "string",
      value: "RELEASE",
      help: "with --diff: the one to compare with (default: the previous one)",
    },
    to: { type: "string", value: "RELEASE", help: "with --diff: the one to describe (default: the current one)" },
  },
  examples: ["run8n releases", "run8n releases --diff", "run8n releases my-app --env staging --json"],
  async run({ values, args: [folder = "."], terminal, env }) {
    const { name } = readManifest(resolve(folder));
    const environment = environmentOf(name, values);
    const windmill = openWindmill(connectionOf(values, env));
    const project = await projectOf(windmill, name, environment);
    if (values.diff) {
      const args = { project, from: values.from, to: values.to };
      const diff = (await windmill.run("script", "f/infra/sites/diff_releases", args)) as ReleaseDiff;
      return { text: `${diff.from} → ${diff.to}\n${showDiff(diff)}`, document: diff };
    }
    const { items } = (await windmill.run("script", "f/infra/sites/list_releases", { project })) as {
      items: ListedRelease[];
    };
    const { green, dim } = terminal.style;
    const lines = items.map(({ release, state, createdAt, by, files, sizeBytes, previewUrl }) => {
      const mark = state === "current" ? green("●") : " ";
      const about = `${createdAt.slice(0, 16).replace("T", " ")}  ${`${files} files`.padStart(11)}  ${size(sizeBytes).padStart(9)}`;
      return `${mark} ${release}  ${state.padEnd(8)}  ${about}  ${by}\n    ${dim(previewUrl)}`;
    });
    return {
      text: lines.join("\n") || `${project} has no release yet; publish one with \`run8n deploy\`.`,
      document: { items },
    };
  },
});
