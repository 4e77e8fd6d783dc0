import { InvalidInputError, PreconditionError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import { withTables } from "../operations/tables.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { type Sql, transaction } from "./connect.ts";
import { forgetCredentials } from "./credentials.ts";
import { type Dump, dumpSchema } from "./dump.ts";
import { identifier } from "./quote.ts";
import { refuseForeign } from "./repair_schema.ts";
import { ROLE_KINDS, rolesOf, type SchemaNames, schemaNames } from "./roles.ts";
import { dropShadow } from "./shadow.ts";
import { readState } from "./state.ts";

export type DroppedSchema = {
  project: string;
  schema: string;
  status: "dropped" | "absent";
  /** The name under which the schema itself still stands, with everything in it. */
  tombstone?: string;
  dump?: Dump;
};

/** A gigabyte: the dump is a second copy on the same disk, which all projects share. */
const MAX_DUMP_BYTES = 1024 ** 3;

/**
 * Takes a project's schema out of use without losing a row. In one transaction: a dump of structure and rows into
 * `run8n.dump`, checked against the tables; then the schema and its roles are renamed to a tombstone
 * (`shop__dropped_1`, `shop__dropped_1_owner`, ...) and the roles may no longer log in. Sessions are ended, passwords and
 * connections in Windmill deleted. A new project of the same name starts empty and cannot reach the tombstone.
 *
 * restoreSchema takes a drop back; purgeTombstones frees the disk for good, after KEPT_DAYS.
 *
 * Throws Precondition when `confirm` is not the project's name, Conflict when the schema is not ours, TooLarge.
 */
export async function dropSchema(
  { sql, workspace }: { sql: Sql; workspace: Workspace },
  { project, confirm, maxDumpBytes }: { project: string; confirm: string; maxDumpBytes?: number },
): Promise<DroppedSchema> {
  const names = schemaNames(project);
  if (confirm !== project) {
    throw new PreconditionError("confirm must equal the name of the project whose schema is dropped", {
      hint: "Pass the project's name a second time, as confirm.",
      details: { argument: "confirm" },
    });
  }
  const maxBytes = maxDumpBytes ?? MAX_DUMP_BYTES;
  if (!Number.isInteger(maxBytes) || maxBytes < 0) {
    throw new InvalidInputError("maxDumpBytes must be a whole number of bytes", {
      hint: "Leave it out for one gigabyte.",
      details: { argument: "maxDumpBytes" },
    });
  }
  const asked = { project, maxDumpBytes: maxBytes };
  const operation = { sql, verb: "infra/postgres/drop_schema", project, arguments: asked, leaseSeconds: 3600 };
  return operate(operation, () => burySchema({ sql, workspace }, names, maxBytes));
}

/** The same for a caller that holds the project's lease and has been confirmed. */
export async function burySchema(
  { sql, workspace }: { sql: Sql; workspace: Workspace },
  names: SchemaNames,
  maxBytes = MAX_DUMP_BYTES,
): Promise<DroppedSchema> {
  const state = await readState(sql, names);
  refuseForeign(names, state);
  await dropShadow(sql, names, state);
  const dropped = state.schema ? await withTables(sql, () => bury(sql, names, maxBytes)) : {};
  await forgetCredentials(workspace, names);
  const { project, schema } = names;
  return { project, schema, status: state.schema ? "dropped" : "absent", ...dropped };
}

/** Dump and tombstone in one transaction: either both stand, or everything is as it was. */
const bury = (sql: Sql, names: SchemaNames, maxBytes: number): Promise<{ tombstone: string; dump: Dump }> =>
  transaction(sql, async () => {
    const { project, schema } = names;
    await sql.query("set local lock_timeout = '5s'");
    const tombstone = await freeTombstone(sql, schema);
    const dump = await dumpSchema(sql, { schema, project, id: tombstone, maxBytes });
    const buried = rolesOf(tombstone);
    const { alternates, logins } = await loginsOf(sql, names);
    await sql.query(
      [
        ...alternates.flatMap((login) => [`drop owned by ${identifier(login)}`, `drop role ${identifier(login)}`]),
        ...ROLE_KINDS.flatMap((kind) => {
          const role = identifier(names.roles[kind]);
          return [`alter role ${role} nologin`, `alter role ${role} rename to ${identifier(buried[kind])}`];
        }),
        `alter schema ${identifier(schema)} rename to ${identifier(tombstone)}`,
        // Last, since it cannot be taken back; the sessions go by their roles' new names already, or by none.
        `select pg_terminate_backend(pid) from pg_stat_activity where usesysid in (${logins.join(", ")})`,
      ].join(";\n"),
    );
    return { tombstone, dump };
  });

/** The project's logins by number, and the names of those that are only a second way in to a role. */
async function loginsOf(sql: Sql, names: SchemaNames): Promise<{ alternates: string[]; logins: number[] }> {
  const second = Object.values(names.alternates);
  const { rows } = await sql.query<{ oid: number; rolname: string }>(
    "select oid, rolname from pg_roles where rolname = any($1)",
    [[...Object.values(names.roles), ...second]],
  );
  return {
    alternates: rows.map(({ rolname }) => rolname).filter((name) => second.includes(name)),
    logins: rows.map(({ oid }) => oid),
  };
}

/** The next free number for what is left of a schema; roles are shared with other databases, so they count too. */
async function freeTombstone(sql: Sql, schema: string): Promise<string> {
  const { rows } = await sql.query<{ next: number }>(
    `select coalesce(max(substring(name from length($1) + 1)::int), 0) + 1 as next
       from (select nspname as name from pg_namespace
             union select regexp_replace(rolname, '_(owner|app|readonly)$', '') from pg_roles
             union select id from run8n.dump) as taken
      where starts_with(name, $1) and substring(name from length($1) + 1) ~ '^[0-9]{1,6}$'`,
    [`${schema}__dropped_`],
  );
  return `${schema}__dropped_${rows[0]!.next}`;
}
