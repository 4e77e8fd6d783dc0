import type { AppliedMigrations } from "../../../f/lib/postgres/migrations/apply.ts";
import type { DbAction } from "./action.ts";
import { planOf, planText } from "./plan.ts";

const SCRIPT = "f/infra/postgres/apply_migrations";

export const migrate: DbAction = {
  summary: "apply the pending migrations of ./prisma/migrations",
  args: [],
  options: {
    "dry-run": { type: "boolean", help: "show what would run or be written, and do nothing" },
    baseline: {
      type: "string",
      value: "NAME",
      help: "the last migration that stands already, on a database without a record of them",
    },
  },
  async run(context) {
    const { project, terminal, values, windmill } = context;
    const { migrations, plan } = await planOf(context);
    if (values["dry-run"]) return { text: planText(plan, terminal.style), document: { ...plan, dryRun: true } };
    if (plan.pending.length === 0) {
      const { schema, applied } = plan;
      const document = { project, schema, applied: [], baselined: [], total: applied.length, status: "unchanged" };
      return { text: `${project} is up to date: ${applied.length} applied.`, document };
    }
    const request = { project, migrations, planHash: plan.planHash, baseline: values.baseline };
    const result = (await terminal.step(
      "migrate",
      () => windmill.run("script", SCRIPT, request),
      (answer) => namesOf(answer as AppliedMigrations),
    )) as AppliedMigrations;
    const baselined = result.baselined.length > 0 ? `, recorded ${result.baselined.length} as standing` : "";
    const text = `Applied ${result.applied.length} to ${project}${baselined}; it has ${result.total} in all.`;
    return { text, document: result };
  },
};

const namesOf = ({ applied }: AppliedMigrations): string =>
  applied.length > 2 ? `${applied.length} migrations` : applied.map(({ name }) => name).join(", ");
