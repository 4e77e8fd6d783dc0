import type { Workspace } from "../windmill/workspace.ts";
import { type Sql, transaction } from "./connect.ts";
import { forgetCredentials } from "./credentials.ts";
import { type Dump, dumpSchema } from "./dump.ts";
import { identifier, literal } from "./quote.ts";
import { refuseForeign } from "./repair_schema.ts";
import { schemaNames } from "./roles.ts";
import { dropShadow } from "./shadow.ts";
import { readState } from "./state.ts";

/*
 * The end of a project's schema, in two steps: locked, with everything kept; then dropped, after a verified dump. None of
 * these takes the project's lease: they are steps of work on the whole project, whose caller holds it.
 */

/** Lets nobody log in as a role of the project, and ends their sessions. `ensureSchema` lets them in again. */
export async function lockSchema(sql: Sql, project: string): Promise<void> {
  const roles = await rolesThere(sql, project);
  if (roles.length === 0) return;
  await sql.query(
    [
      ...roles.map((role) => `alter role ${identifier(role)} nologin`),
      `select pg_terminate_backend(pid) from pg_stat_activity where usename in (${roles.map(literal).join(", ")})`,
    ].join(";\n"),
  );
}

/** Schemas, roles and databases of a project, those that were dropped before and buried under another name included. */
export async function schemaRemains(sql: Sql, project: string): Promise<string[]> {
  const { schema, shadow } = schemaNames(project);
  const { rows } = await sql.query<{ it: string }>(
    `select 'schema ' || nspname as it from pg_namespace where nspname ~ ('^' || $1 || '(__dropped_[0-9]+)?$')
     union all
     select 'role ' || rolname from pg_roles
      where rolname ~ ('^' || $1 || '(__dropped_[0-9]+)?_(owner|app|readonly)(_b)?$')
     union all
     select 'database ' || datname from pg_database where datname = $2
     order by it`,
    [schema, shadow],
  );
  return rows.map(({ it }) => it);
}

/**
 * Drops a project's schema and roles for good, in one transaction with a dump of the schema that was read back and
 * compared; the dump stays in `run8n.dump`. What was buried before goes too: it was dumped when it was. Throws Conflict
 * when the schema is not ours, TooLarge when it is larger than `maxDumpBytes`.
 */
export async function dropForGood(
  { sql, workspace }: { sql: Sql; workspace: Workspace },
  { project, maxDumpBytes }: { project: string; maxDumpBytes: number },
): Promise<{ dump: Dump | null }> {
  const names = schemaNames(project);
  const state = await readState(sql, names);
  refuseForeign(names, state);
  await dropShadow(sql, names, state);
  const dump = await transaction(sql, async () => {
    await sql.query("set local lock_timeout = '5s'");
    const id = `${names.schema}__purged_${Date.now()}`;
    const taken = state.schema
      ? await dumpSchema(sql, { schema: names.schema, project, id, maxBytes: maxDumpBytes })
      : null;
    const remains = (await schemaRemains(sql, project)).map((one) => one.split(" ") as [string, string]);
    const named = (kind: string) => remains.filter(([what]) => what === kind).map(([, name]) => identifier(name));
    await sql.query(
      [
        ...named("schema").map((name) => `drop schema ${name} cascade`),
        ...named("role").map((name) => `drop owned by ${name}`),
        ...named("role").map((name) => `drop role ${name}`),
      ].join(";\n") || "select",
    );
    return taken;
  });
  await forgetCredentials(workspace, names);
  return { dump };
}

async function rolesThere(sql: Sql, project: string): Promise<string[]> {
  const { roles, alternates } = schemaNames(project);
  const { rows } = await sql.query<{ rolname: string }>("select rolname from pg_roles where rolname = any($1)", [
    [...Object.values(roles), ...Object.values(alternates)],
  ]);
  return rows.map(({ rolname }) => rolname);
}
