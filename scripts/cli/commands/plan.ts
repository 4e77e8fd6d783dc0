import { resolve } from "node:path";
import { planProject } from "../apply_project.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { showPlan } from "../show_plan.ts";
import { ENVIRONMENT, environmentOf, manifestFor, NEW_PREVIEW } from "../site/environment.ts";
import { readManifest } from "../site/manifest.ts";
import { openWindmill } from "../windmill.ts";

export const planCommand = defineCommand({
  name: "plan",
  summary: "Show what applying a project folder's run8n.json would change on the server, and change nothing",
  args: ["[dir]"],
  options: { ...REMOTE, ...ENVIRONMENT, ...NEW_PREVIEW },
  examples: ["run8n plan", "run8n plan my-app --env staging", "run8n plan --preview feature/cart", "run8n plan --json"],
  async run({ values, args: [folder = "."], terminal, env }) {
    const manifest = readManifest(resolve(folder));
    const environment = environmentOf(manifest.name, values);
    const asked = { manifest: manifestFor(manifest, environment, values), environment };
    const windmill = openWindmill(connectionOf(values, env));
    const plan = await terminal.step("plan", () => planProject(windmill, asked));
    const where = [...(folder === "." ? [] : [folder]), ...sameFlags(values)];
    const next = plan.status === "empty" ? [] : ["", `Do it with: ${["run8n apply", ...where].join(" ")}`];
    return { text: [showPlan(plan, terminal.style), ...next].join("\n"), document: plan };
  },
});

/** The flags that this plan was asked for with, as `run8n apply` takes them. */
const sameFlags = (values: Record<string, string | boolean | undefined>): string[] =>
  Object.keys({ ...ENVIRONMENT, ...NEW_PREVIEW }).flatMap((flag) =>
    values[flag] === undefined ? [] : [`--${flag} '${values[flag]}'`],
  );
