import { resolve } from "node:path";
import { environmentProject } from "../../../f/lib/names.ts";
import { isPreview } from "../../../f/lib/projects/environments.ts";
import type { DeployPlan } from "../../../f/lib/sites/plan.ts";
import { applyProject } from "../apply_project.ts";
import { defineCommand, type Outcome, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { deploySite, planDeploy, siteIn, siteUrl } from "../site/deploy.ts";
import { ENVIRONMENT, environmentOf, manifestFor, NEW_PREVIEW, projectOf } from "../site/environment.ts";
import type { LocalSite } from "../site/files.ts";
import { readManifest } from "../site/manifest.ts";
import { openMemory } from "../site/memory.ts";
import { size } from "../size.ts";
import { openWindmill } from "../windmill.ts";

/** A dry run lists no more files than a screen holds. */
const SHOWN_FILES = 20;

export const deployCommand = defineCommand({
  name: "deploy",
  summary: "Publish the site of a project folder as a new release, sending only what is new",
  args: ["[dir]"],
  options: {
    ...REMOTE,
    ...ENVIRONMENT,
    ...NEW_PREVIEW,
    "dry-run": { type: "boolean", help: "show what would be sent, and change nothing" },
    full: { type: "boolean", help: "send every file, also those that the server has" },
  },
  examples: [
    "run8n deploy",
    "run8n deploy my-app --env staging",
    "run8n deploy --preview feature/cart",
    "run8n deploy --dry-run",
  ],
  async run({ values, args: [folder = "."], terminal, env }) {
    const dir = resolve(folder);
    const manifest = readManifest(dir);
    const environment = environmentOf(manifest.name, values);
    const sent = manifestFor(manifest, environment, values);
    const connection = connectionOf(values, env);
    const windmill = openWindmill(connection);
    const site = siteIn(dir, manifest);
    const project = environmentProject(manifest.name, environment);
    const target = { windmill, project };
    if (values["dry-run"]) return rehearsal(await terminal.step("plan", () => planDeploy(target, site)), site);
    if (isPreview(environment)) {
      const made = (update: (text: string) => void) => applyProject(windmill, { manifest: sent, environment }, update);
      await terminal.step("preview", made, ({ expiresAt }) => `${project}, until ${expiresAt?.slice(0, 10)}`);
    } else {
      await projectOf(windmill, manifest.name, environment);
    }
    const deployed = await terminal.step(
      "deploy",
      (update) =>
        deploySite(target, site, { full: values.full === true, memory: openMemory(env, connection, project), update }),
      ({ status, sent }) => `${status}, ${sent.files} of ${site.files.length} files sent, ${size(sent.bytes)}`,
    );
    const url = await siteUrl(target);
    const { release, status, previewUrl } = deployed;
    const what = status === "unchanged" ? "is live already; nothing changed" : "is live";
    const text = [`Release ${release} ${what}${url ? `: ${url}` : "."}`, `This release by itself: ${previewUrl}`].join(
      "\n",
    );
    return { text, document: { ...deployed, url } };
  },
});

function rehearsal(plan: DeployPlan, { files }: LocalSite): Outcome {
  const lacking = new Set(plan.lacking);
  const send = files.filter(({ sha256 }) => lacking.has(sha256)).map(({ path, sizeBytes }) => ({ path, sizeBytes }));
  const { project, release, status } = plan;
  const head =
    status === "unchanged"
      ? `Release ${release} of ${project} is live already; a deploy would change nothing.`
      : `A deploy would publish release ${release} of ${project}: ${files.length} files, ${size(plan.sizeBytes)}, of which ${send.length} would be sent, ${size(plan.lackingBytes)}${send.length > 0 ? ":" : "."}`;
  const lines = send.slice(0, SHOWN_FILES).map(({ path, sizeBytes }) => `  ${size(sizeBytes).padStart(9)}  ${path}`);
  const more = send.length > SHOWN_FILES ? [`  and ${send.length - SHOWN_FILES} more`] : [];
  return { text: [head, ...lines, ...more].join("\n"), document: { ...plan, dryRun: true, send } };
}
