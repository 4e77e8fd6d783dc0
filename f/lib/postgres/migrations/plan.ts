import { schemaNames } from "../roles.ts";
import { asOwner, type MigrationPorts } from "./apply.ts";
import { pendingOf } from "./pending.ts";
import { readRecord } from "./record.ts";
import { risksOf } from "./risks.ts";
import { type Migration, scriptsOf } from "./script.ts";

export type MigrationPlan = {
  project: string;
  schema: string;
  /** Names of the migrations that stand already. */
  applied: string[];
  /** What would run, in order, with what it may cost. */
  pending: { name: string; statements: number; risks: { statement: string; risk: string }[] }[];
  /** Pass it to apply_migrations to do exactly this. */
  planHash: string;
};

/** Says what applyMigrations would do, and refuses what it would refuse; changes nothing. */
export async function planMigrations(
  ports: Pick<MigrationPorts, "db" | "workspace">,
  { project, migrations }: { project: string; migrations: Migration[] },
): Promise<MigrationPlan> {
  const { schema } = schemaNames(project);
  const scripts = scriptsOf(migrations, schema);
  const { applied, pending, planHash } = await asOwner(ports, project, async (owner) =>
    pendingOf(scripts, await readRecord(owner, schema)),
  );
  const shown = pending.map(({ name, statements }) => ({
    name,
    statements: statements.length,
    risks: risksOf(statements),
  }));
  return { project, schema, applied, pending: shown, planHash };
}
