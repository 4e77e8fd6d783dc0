import type { DriftReport, KindReport } from "../../../f/lib/projects/drift.ts";
import { defineCommand, REMOTE } from "../command.ts";
import { connectionOf } from "../connection.ts";
import type { Style } from "../style.ts";
import { openWindmill } from "../windmill.ts";

export const driftCommand = defineCommand({
  name: "drift",
  summary: "Compare projects on the server with the run8n.json that was applied last; fails when one differs",
  args: ["[project]"],
  options: {
    ...REMOTE,
    repair: { type: "boolean", help: "lead the project back, as far as that loses nothing" },
    "dry-run": { type: "boolean", help: "with --repair: only show the way back" },
  },
  examples: ["run8n drift", "run8n drift shop", "run8n drift shop --repair"],
  async run({ values, args: [project], terminal, env }) {
    const windmill = openWindmill(connectionOf(values, env));
    const look = async () =>
      (await windmill.run("script", "f/infra/projects/check_drift", { project })) as { items: DriftReport[] };
    let { items } = await terminal.step("look", look);
    const drifted = items.filter(({ status }) => status === "drifted");
    if (values.repair) {
      const dryRun = values["dry-run"] === true;
      for (const one of drifted) {
        await terminal.step("repair", () =>
          windmill.run("script", "f/infra/projects/reconcile_project", { project: one.project, dryRun }),
        );
      }
      if (!dryRun && drifted.length > 0) ({ items } = await terminal.step("look", look));
    }
    const well = items.every(({ status }) => status === "matches" || status === "deleted");
    const width = Math.max(...items.map((report) => report.project.length));
    const text = items.map((report) => showReport(report, terminal.style, width)).join("\n");
    return { text: text || "There is no project yet.", document: { ok: well, items }, exitCode: well ? 0 : 1 };
  },
});

function showReport({ project, status, kinds }: DriftReport, style: Style, width: number): string {
  const { green, yellow, red, dim } = style;
  const mark = { matches: green("✓"), drifted: yellow("≠"), unknown: red("?"), deleted: dim("○") }[status];
  return [`${mark} ${project.padEnd(width)}  ${status}`, ...kinds.flatMap((kind) => showKind(kind, style))].join("\n");
}

function showKind({ kind, findings, problem }: KindReport, { dim, red }: Style): string[] {
  if (problem) return [`    ${kind.padEnd(10)} ${red(problem)}`];
  return findings.map(({ what, why }) => `    ${kind.padEnd(10)} ${what}  ${dim(why)}`);
}
