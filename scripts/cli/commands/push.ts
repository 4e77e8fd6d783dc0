import { join, resolve } from "node:path";
import { defineCommand, REMOTE } from "../command.ts";
import { CHECKOUT, connectionOf } from "../connection.ts";
import { ensureConnections, readEnvironment } from "../push/environment.ts";
import { pathOf } from "../push/items.ts";
import { type PushResult, push } from "../push/push.ts";
import { ensureTypes, summary } from "../push/types.ts";
import type { Terminal } from "../terminal.ts";
import { openWindmill } from "../windmill.ts";

export const pushCommand = defineCommand({
  name: "push",
  summary:
    "Bring the scripts, flows and triggers of this checkout to a Windmill workspace, and touch nothing else there",
  args: [],
  options: {
    ...REMOTE,
    "dry-run": { type: "boolean", help: "show what would change and change nothing" },
    adopt: { type: "boolean", help: "overwrite what lies at our paths although it is not what we pushed" },
    environment: { type: "string", value: "NAME", help: "also create the connections of resources/NAME.yaml" },
    "replace-resources": { type: "boolean", help: "with --environment: overwrite connections that exist" },
    checkout: { type: "string", value: "DIR", help: "the repository to push (default: the one run8n belongs to)" },
  },
  examples: [
    "run8n push --dry-run",
    "BASE_URL=https://windmill.example.com WM_WORKSPACE=main WM_TOKEN=... run8n push --environment production",
  ],
  async run({ values, terminal, env }) {
    const windmill = openWindmill(connectionOf(values, env));
    const checkout = resolve(values.checkout ?? CHECKOUT);
    const wanted = values.environment ? readEnvironment(join(checkout, "resources"), values.environment) : undefined;
    const dryRun = values["dry-run"] ?? false;
    const { step } = terminal;
    const pushed = await push(windmill, { checkout, dryRun, adopt: values.adopt ?? false, step });
    const types = await ensureTypes(windmill, { checkout, dryRun, step });
    const replace = values["replace-resources"] ?? false;
    const resources = wanted
      ? await step("connections", () => ensureConnections(windmill, wanted, { dryRun, replace }), summary)
      : [];
    const { changes, decision, folders } = pushed;
    const { delete: removed, kept, conflicts } = decision;
    const document = {
      dryRun,
      workspace: windmill.workspace,
      changes,
      removed,
      kept,
      conflicts,
      folders,
      types,
      resources,
    };
    return { text: sentence(pushed, { dryRun, url: windmill.url, workspace: windmill.workspace, terminal }), document };
  },
});

function sentence(
  { changes, decision }: PushResult,
  { dryRun, url, workspace, terminal }: { dryRun: boolean; url: string; workspace: string; terminal: Terminal },
): string {
  const { green, yellow, red, dim } = terminal.style;
  const { create, update, delete: gone, kept } = decision;
  const taken = decision.conflicts.map(({ key }) => key); // adopted, or we would not be here
  const items = [...create, ...update, ...taken];
  const isPartOf = (path: string) => items.some((key) => /^(__flow\/|\.)/.test(path.replace(pathOf(key), "")));
  const others = changes.filter(({ path }) => !isPartOf(path));
  const count = items.length + gone.length + others.length;
  const lines = [
    ...create.map((key) => `  ${green("+")} ${key.replace(":", " ")}`),
    ...[...update, ...taken].map((key) => `  ${yellow("~")} ${key.replace(":", " ")}`),
    ...others.map(({ path }) => `  ${yellow("~")} ${path}`),
    ...gone.map((key) => `  ${red("-")} ${key.replace(":", " ")}`),
    ...kept.map(({ key, reason }) => dim(`    ${key.replace(":", " ")} stays: ${reason}`)),
  ];
  const where = `${workspace} at ${url}`;
  const end =
    count === 0
      ? `Nothing to do: ${where} is as this checkout.`
      : dryRun
        ? `Would change ${count} items in ${where}.`
        : `Pushed ${count} items to ${where}.`;
  return [...lines, ...(lines.length > 0 ? [""] : []), end].join("\n");
}
