import { resolve } from "node:path";
import type { Plan } from "../../../f/lib/projects/plan.ts";
import { applyProject, planProject } from "../apply_project.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import { Failure } from "../failure.ts";
import { showPlan } from "../show_plan.ts";
import { ENVIRONMENT, environmentOf, manifestFor, NEW_PREVIEW } from "../site/environment.ts";
import { readManifest } from "../site/manifest.ts";
import { openWindmill } from "../windmill.ts";

export const applyCommand = defineCommand({
  name: "apply",
  summary: "Make the server as a project folder's run8n.json says, by a plan that is shown first",
  args: ["[dir]"],
  options: {
    ...REMOTE,
    ...ENVIRONMENT,
    ...NEW_PREVIEW,
    plan: { type: "string", value: "HASH", help: "apply only the plan with this hash; needed when data would be lost" },
    "dry-run": { type: "boolean", help: "show the plan, and change nothing" },
  },
  examples: [
    "run8n apply",
    "run8n apply my-app --env staging",
    "run8n apply --preview feature/cart --copy data",
    "run8n apply --plan 3f0c91ab",
  ],
  async run({ values, args: [folder = "."], terminal, env }) {
    const manifest = readManifest(resolve(folder));
    const environment = environmentOf(manifest.name, values);
    const asked = { manifest: manifestFor(manifest, environment, values), environment };
    const windmill = openWindmill(connectionOf(values, env));
    const plan = await terminal.step("plan", () => planProject(windmill, asked));
    const shown = showPlan(plan, terminal.style);
    if (values["dry-run"] || plan.status === "empty") {
      return { text: shown, document: { ...plan, dryRun: values["dry-run"] === true } };
    }
    terminal.note(shown);
    const planHash = meant(plan, values.plan);
    const applied = await terminal.step(
      "apply",
      (update) => applyProject(windmill, { ...asked, planHash }, update),
      ({ status }) => status,
    );
    const { bold, cyan } = terminal.style;
    const text = `${bold(applied.project)} is as run8n.json says: ${cyan(applied.url)}`;
    return { text, document: { ...applied, changes: plan.changes, hash: plan.hash } };
  },
});

/** The hash to apply by: the one that was given, or that of the plan just shown when it loses nothing. */
function meant({ hash, losesData, changes }: Plan, given: string | undefined): string {
  if (given !== undefined && given !== hash) {
    throw new Failure("the plan is not the one with that hash any more", {
      hint: `Look at the plan above; if it is meant, pass --plan ${hash}.`,
      details: { code: "precondition_failed", hash },
    });
  }
  if (!losesData || given === hash) return hash;
  const losses = changes.filter(({ risk }) => risk === "data loss").map(({ what }) => what);
  throw new Failure(`this would lose data: ${losses.join(", ")}`, {
    hint: `If that is meant, pass --plan ${hash}.`,
    details: { code: "precondition_failed", hash, losses },
  });
}
