import type { MigrationPlan } from "../../../f/lib/postgres/migrations/plan.ts";
import type { Style } from "../style.ts";
import type { DbContext } from "./action.ts";
import { readMigrations } from "./migrations.ts";

/** Sends the folder's migrations and answers what the server would do with them. */
export async function planOf({ project, dir, terminal, windmill }: DbContext) {
  const migrations = readMigrations(dir);
  const plan = (await terminal.step(
    "plan",
    () => windmill.run("script", "f/infra/postgres/plan_migrations", { project, migrations }),
    (result) => `${(result as MigrationPlan).pending.length} of ${migrations.length} pending`,
  )) as MigrationPlan;
  return { migrations, plan };
}

/** What stands and what would run, one line each, with what that may cost. */
export function planText({ project, applied, pending }: MigrationPlan, { green, yellow, dim }: Style): string {
  if (applied.length + pending.length === 0) return `${project} has no migrations.`;
  const state = pending.length > 0 ? `${pending.length} pending` : "nothing pending";
  return [
    `${project}: ${applied.length} applied, ${state}.`,
    ...applied.map((name) => `  ${green("✓")} ${name}`),
    ...pending.flatMap(({ name, statements, risks }) => [
      `  ${yellow("•")} ${name} ${dim(`${statements} ${statements === 1 ? "statement" : "statements"}`)}`,
      ...risks.map(({ statement, risk }) => `      ${yellow("!")} ${risk}: ${dim(statement)}`),
    ]),
  ].join("\n");
}
