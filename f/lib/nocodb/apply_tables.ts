import { PreconditionError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import type { Backup } from "./backup.ts";
import { requireBase } from "./base.ts";
import { type FieldDefinition, type TableDefinition, tableDefinitions } from "./definition.ts";
import { converge, type TablePorts } from "./ensure_table.ts";
import { isComputed } from "./field_types.ts";
import { planOf, type TableChanges, type TablesAsked, type TablesPlan } from "./plan_tables.ts";

export type AppliedTables = {
  project: string;
  tables: Pick<TableChanges, "table" | "action" | "changes">[];
  /** The copies that were taken before values were lost. */
  backups: ({ table: string } & Backup)[];
  status: "updated" | "unchanged";
};

/** Fields of all tables are made in this order, so that links find their tables, and lookups their links. */
const STAGES: ((field: FieldDefinition) => boolean)[] = [
  ({ type }) => !isComputed(type),
  ({ type }) => type === "Links",
  ({ type }) => type === "Lookup" || type === "Rollup",
  ({ type }) => type === "Formula",
];

/**
 * Makes all tables of a project's base as defined, each after a backup when it loses values. Tables may link to one
 * another in any order; what looks through links of other tables comes after them in the list. Killed half-way, it is run
 * again with a new plan.
 *
 * Throws what planTables throws, and Precondition when the plan is not the one with that hash or would lose values and
 * no hash is given.
 */
export async function applyTables(
  ports: TablePorts,
  { project: name, tables, removeFields, planHash }: TablesAsked & { planHash?: string | null },
): Promise<AppliedTables> {
  const definitions = tableDefinitions(tables);
  const base = await requireBase(ports.nocodb, name);
  const { project } = base;
  const removes = removeFields ?? false;
  const logged = { project, tables: definitions.map(({ title }) => title), removeFields: removes, planHash };
  const operation = { sql: ports.sql, verb: "infra/nocodb/apply_tables", project, arguments: logged };
  return operate({ ...operation, leaseSeconds: 3600 }, async () => {
    const plan = checkPlan(await planOf(ports, base, definitions, removes), planHash || undefined);
    const changed = definitions.filter((_, at) => plan.tables[at]?.action !== "none");
    const backups: AppliedTables["backups"] = [];
    const bring = async (definition: TableDefinition, options: { removeFields: boolean }) => {
      const done = await converge(ports, base, definition, { ...options, confirmed: true, keep: "silently" });
      if (done.backup) backups.push({ table: definition.title, ...done.backup });
    };
    for (const [at, isOf] of STAGES.entries()) {
      const until = (field: FieldDefinition) => STAGES.slice(0, at + 1).some((one) => one(field));
      for (const definition of changed.filter(({ fields }) => at === 0 || fields.some(isOf)))
        await bring({ ...definition, fields: definition.fields.filter(until) }, { removeFields: false });
    }
    if (removes) for (const definition of changed) await bring(definition, { removeFields: true });
    return {
      project,
      tables: plan.tables.map(({ table, action, changes }) => ({ table, action, changes })),
      backups,
      status: plan.status === "empty" ? "unchanged" : "updated",
    };
  });
}

function checkPlan(plan: TablesPlan, hash: string | undefined): TablesPlan {
  if (plan.status === "empty" || hash === plan.planHash || (hash === undefined && !plan.losesData)) return plan;
  if (hash !== undefined)
    throw new PreconditionError("The plan is stale: the base or the definitions are not what they were", {
      hint: "Call plan_tables again, look at it, and pass its planHash.",
      details: { argument: "planHash" },
    });
  const losses = plan.tables.flatMap(({ table, changes }) =>
    changes.filter(({ losesData }) => losesData).map(({ field }) => `${table}.${field}`),
  );
  throw new PreconditionError(`This would lose values: ${losses.join(", ")}`, {
    hint: "Look at plan_tables, then pass its planHash to say that this is meant; a backup is taken first.",
    details: { losses },
  });
}
