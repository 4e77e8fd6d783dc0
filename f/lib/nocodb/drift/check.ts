import type { Sql } from "../../postgres/connect.ts";
import { readRecord } from "../../postgres/migrations/record.ts";
import type { Migration } from "../../postgres/migrations/script.ts";
import { scriptsOf } from "../../postgres/migrations/script.ts";
import { type Base, requireBase } from "../base.ts";
import type { Nocodb } from "../client.ts";
import { readTables } from "../metadata.ts";
import { readLive } from "../snapshot/live.ts";
import { historyDrift, recordDrift } from "./history.ts";
import { type Difference, metadataDrift } from "./metadata.ts";

export type DriftReport = {
  project: string;
  schema: string;
  status: "in_sync" | "drift";
  /** What was compared; without migrations only NocoDB and the live schema are. */
  compared: Difference["between"][];
  differences: Difference[];
};

type Ports = { nocodb: Nocodb; onTables: <T>(base: Base, work: (sql: Sql) => Promise<T>) => Promise<T> };

/**
 * Compares three accounts of a project's database: Prisma's migrations (when they are sent) with Prisma's record of them and
 * with the live schema, and the live schema with NocoDB's metadata. Changes nothing. Throws NotFound for a project without
 * a base, InvalidInput for migrations that are none.
 */
export async function checkDrift(
  { nocodb, onTables }: Ports,
  { project, migrations }: { project: string; migrations?: Migration[] | null },
): Promise<DriftReport> {
  const base = await requireBase(nocodb, project);
  const scripts = scriptsOf(migrations ?? [], base.schema);
  const tables = await readTables(nocodb, base, { between: true });
  return onTables(base, async (sql) => {
    const live = await readLive(sql, base.schema);
    const metadata = metadataDrift(live, tables);
    const answer = (compared: Difference["between"][], differences: Difference[]): DriftReport => ({
      ...{ project: base.project, schema: base.schema, status: differences.length ? "drift" : "in_sync" },
      ...{ compared, differences },
    });
    if (scripts.length === 0) return answer(["nocodb and live"], metadata);
    const recorded = await readRecord(sql, base.schema);
    const names = new Set(recorded.filter(({ state }) => state === "applied").map(({ name }) => name));
    const applied = scripts.filter(({ name }) => names.has(name));
    const history = await historyDrift(sql, live, applied, await otherSchemas(sql, base.schema));
    return answer(
      ["migrations and record", "migrations and live", "nocodb and live"],
      [...recordDrift(scripts, recorded), ...history, ...metadata],
    );
  });
}

/** What else is on the owner's search path: where its extensions are. */
async function otherSchemas(sql: Sql, schema: string): Promise<string[]> {
  const { rows } = await sql.query<{ name: string }>(
    `select nspname as name from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
      where nspname not in ('pg_catalog', $1) group by nspname order by nspname`,
    [schema],
  );
  return rows.map(({ name }) => name);
}
