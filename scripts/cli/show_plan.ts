import type { Change, Plan } from "../../f/lib/projects/plan.ts";
import type { Style } from "./style.ts";

const MARKS = { create: "+", update: "~", remove: "-" } as const;

/** What is longer stands out of its column. */
const MOST_WIDTH = 48;

/** A plan for people: each change with its mark and its reason, the risky ones named, and what it comes to. */
export function showPlan({ project, changes, hash }: Plan, style: Style): string {
  if (changes.length === 0) return `${style.green("✓")} ${project} is as run8n.json says.`;
  const count = (action: Change["action"], word: string) => {
    const number = changes.filter((change) => change.action === action).length;
    return number > 0 ? [`${number} ${word}`] : [];
  };
  const sum = [...count("create", "to create"), ...count("update", "to update"), ...count("remove", "to remove")];
  const width = Math.min(MOST_WIDTH, Math.max(...changes.map(({ what }) => what.length)));
  return [
    ...changes.map((change) => showChange(change, style, width)),
    "",
    `${style.bold(project)}: ${sum.join(", ")}. ${style.dim(`Plan ${hash}`)}`,
  ].join("\n");
}

function showChange({ action, what, why, risk }: Change, { green, yellow, red, dim }: Style, width: number): string {
  const paint = action === "create" ? green : action === "update" ? yellow : red;
  const warning = risk === "safe" ? "" : red(`  ${risk === "restart" ? "restarts it" : "LOSES DATA"}`);
  return `  ${paint(MARKS[action])} ${what.padEnd(width)}  ${dim(why)}${warning}`;
}
