import { resolve } from "node:path";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { deploySite, siteUrl } from "../site/deploy.ts";
import { readManifest } from "../site/manifest.ts";
import { openWindmill } from "../windmill.ts";

export const deployCommand = defineCommand({
  name: "deploy",
  summary: "Publish the site of a project folder as a new release",
  args: ["[dir]"],
  options: REMOTE,
  examples: ["run8n deploy", "run8n deploy my-app"],
  async run({ values, args: [folder = "."], terminal, env }) {
    const dir = resolve(folder);
    const manifest = readManifest(dir);
    const windmill = openWindmill(connectionOf(values, env));
    const deployed = await terminal.step(
      "deploy",
      () => deploySite(windmill, dir, manifest),
      ({ status }) => status,
    );
    const url = deployed.url ?? (await siteUrl(windmill, manifest.name));
    const what = deployed.status === "unchanged" ? "is live already; nothing changed" : "is live";
    return { text: `Release ${deployed.release} ${what}${url ? `: ${url}` : "."}`, document: { ...deployed, url } };
  },
});
