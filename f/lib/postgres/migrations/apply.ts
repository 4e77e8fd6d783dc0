import { PreconditionError } from "../../errors.ts";
import { operate } from "../../operations/operate.ts";
import type { PostgresqlValue } from "../../resources.ts";
import type { Workspace } from "../../windmill/workspace.ts";
import { type Sql, withPostgres } from "../connect.ts";
import { loginOf } from "../credentials.ts";
import { schemaNames } from "../roles.ts";
import { type Pending, pendingOf } from "./pending.ts";
import { addRecord, ensureRecord, readRecord } from "./record.ts";
import { runMigration } from "./run.ts";
import { type Migration, scriptsOf } from "./script.ts";

export type MigrationPorts = {
  sql: Sql;
  /** The server as this job reaches it; migrations log in to it as the project's owner. */
  db: PostgresqlValue;
  workspace: Workspace;
};

export type AppliedMigrations = {
  project: string;
  schema: string;
  /** What this call applied, in order. */
  applied: { name: string; durationMs: number }[];
  /** What this call recorded without running it. */
  baselined: string[];
  /** How many migrations the schema has now. */
  total: number;
  status: "updated" | "unchanged";
};

export type MigrationRequest = {
  project: string;
  migrations: Migration[];
  /** The hash of the plan that was looked at; another one by now is refused. */
  planHash?: string;
  /** The last migration whose changes stand already, on a schema that has no record yet. */
  baseline?: string;
};

/**
 * Applies what is pending of `prisma/migrations`, one after the other, each in its own transaction, as the project's
 * owner with its search path, and records them where `prisma migrate` does. It never resets and never undoes: the first
 * one that fails stops it and leaves the schema as it was before that one.
 * Throws Conflict for changed, missing or reordered earlier migrations, Precondition for a stale plan or a project
 * without schema, InvalidInput for a migration that Postgres refuses.
 */
export async function applyMigrations(ports: MigrationPorts, request: MigrationRequest): Promise<AppliedMigrations> {
  const { project, migrations, planHash, baseline } = request;
  const { schema } = schemaNames(project);
  const scripts = scriptsOf(migrations, schema);
  const asked = { project, migrations: scripts.map(({ name }) => name), planHash, baseline };
  const operation = { sql: ports.sql, verb: "infra/postgres/apply_migrations", project, arguments: asked };
  return operate({ ...operation, planHash: planHash || undefined, leaseSeconds: 3600 }, () =>
    asOwner(ports, project, async (owner) => {
      const plan = async () => pendingOf(scripts, await readRecord(owner, schema));
      const before = await plan();
      if (planHash && planHash !== before.planHash) throw stale();
      if (before.pending.length > 0) await ensureRecord(owner, schema);
      const baselined = baseline ? await recordOnly(owner, schema, before, baseline) : [];
      const applied: AppliedMigrations["applied"] = [];
      for (const script of before.pending.slice(baselined.length)) {
        const started = Date.now();
        await runMigration(owner, schema, script);
        applied.push({ name: script.name, durationMs: Date.now() - started });
      }
      const total = (await plan()).applied.length;
      const status = before.pending.length > 0 ? "updated" : "unchanged";
      return { project, schema, applied, baselined, total, status };
    }),
  );
}

/** Logs in as the project's owner and does the work. Throws Precondition when the project has no schema. */
export const asOwner = async <T>(
  { workspace, db }: Pick<MigrationPorts, "workspace" | "db">,
  project: string,
  work: (owner: Sql) => Promise<T>,
): Promise<T> => withPostgres(await loginOf(workspace, schemaNames(project), "owner", db), work);

/** For a schema that came about otherwise: what stands is recorded as applied, up to and with the named migration. */
async function recordOnly(owner: Sql, schema: string, { applied, pending }: Pending, last: string): Promise<string[]> {
  const end = pending.findIndex(({ name }) => name === last);
  if (applied.includes(last)) return [];
  if (end < 0 || applied.length > 0) {
    throw new PreconditionError(
      "The baseline must be one of the migrations sent, on a schema that has none on record",
      {
        hint: "Leave baseline out: the schema has its record.",
        details: { argument: "baseline" },
      },
    );
  }
  const standing = pending.slice(0, end + 1);
  for (const script of standing) await addRecord(owner, schema, script, { state: "applied", startedAt: new Date() });
  return standing.map(({ name }) => name);
}

const stale = (): PreconditionError =>
  new PreconditionError("The plan is stale: the schema or the migrations have changed since", {
    hint: "Call plan_migrations again, look at it, and pass its planHash.",
    details: { argument: "planHash" },
  });
