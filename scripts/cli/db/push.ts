import type { AppliedTables } from "../../../f/lib/nocodb/apply_tables.ts";
import type { TablesPlan } from "../../../f/lib/nocodb/plan_tables.ts";
import { Failure } from "../failure.ts";
import type { DbAction } from "./action.ts";
import { readTables, tablesText } from "./tables.ts";

export const push: DbAction = {
  summary: "make the NocoDB base as ./tables.json says",
  args: ["[file]"],
  options: {
    "dry-run": { type: "boolean", help: "show what would run or be written, and do nothing" },
    "remove-fields": { type: "boolean", help: "remove fields that the file lacks" },
    plan: {
      type: "string",
      value: "HASH",
      help: "apply only the plan with this hash; needed when values would be lost",
    },
  },
  async run({ project, dir, args: [file = "tables.json"], values, windmill, terminal }) {
    const request = { project, tables: readTables(dir, file), removeFields: values["remove-fields"] === true };
    const plan = (await terminal.step(
      "plan",
      () => windmill.run("script", "f/infra/nocodb/plan_tables", request),
      (answer) => (answer as TablesPlan).status,
    )) as TablesPlan;
    const shown = tablesText(plan, terminal.style);
    if (values["dry-run"] || plan.status === "empty")
      return { text: shown, document: { ...plan, dryRun: values["dry-run"] === true } };
    terminal.note(shown);
    const planHash = meant(plan, values.plan as string | undefined);
    const applied = (await terminal.step(
      "push",
      () => windmill.run("script", "f/infra/nocodb/apply_tables", { ...request, planHash }),
      (answer) => (answer as AppliedTables).status,
    )) as AppliedTables;
    const backups = applied.backups.map(
      ({ table, id, records }) => `\n  backup of ${table}: ${records} records as ${id}`,
    );
    return { text: `The base of ${project} is as ${file} says.${backups.join("")}`, document: applied };
  },
};

/** The hash to apply by: the one that was given, or that of the plan just shown when it loses nothing. */
function meant({ planHash, losesData }: TablesPlan, given: string | undefined): string {
  if (given === planHash || (given === undefined && !losesData)) return planHash;
  throw new Failure(
    given === undefined ? "this would lose values" : "the plan is not the one with that hash any more",
    {
      hint: `Look at the plan above; if it is meant, pass --plan ${planHash}. A backup is taken first.`,
      details: { code: "precondition_failed", planHash },
    },
  );
}
