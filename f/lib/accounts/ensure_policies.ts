import { InvalidInputError, PreconditionError } from "../errors.ts";
import { describe, schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { identifier } from "../postgres/quote.ts";
import { rolesOf } from "../postgres/roles.ts";
import { ROLES } from "./members.ts";
import { requireAccountTables } from "./operator.ts";
import { policyFunctions, policyStatements, type TablePolicy } from "./policies.ts";
import { ACCOUNT_TABLES } from "./tables.ts";

export type EnsuredPolicies = { project: string; tables: TablePolicy[]; status: "created" | "updated" | "unchanged" };

const MAX_TABLES = 100;

/**
 * Binds the rows of tables to the verified user: with `asUser` the app role reads and writes only rows that are the
 * user's, or their organization's, and without a user none. Tables that are not named keep what they have.
 * Throws InvalidInput for a table or column that the project does not have, Precondition without accounts.
 */
export async function ensurePolicies(
  sql: Sql,
  { project, tables: given }: { project: string; tables: unknown },
): Promise<EnsuredPolicies> {
  const schema = schemaOf(project);
  const tables = tablesOf(given);
  return operate({ sql, verb: "infra/auth/ensure_policies", project, arguments: { project, tables } }, async () => {
    await requireAccountTables(sql, schema);
    for (const policy of tables) await requireColumn(sql, schema, policy);
    const names = tables.map(({ table }) => table);
    const before = await look(sql, schema, names);
    await transaction(sql, async () => {
      await sql.query(`set local role ${identifier(rolesOf(schema).owner)}`);
      for (const statement of policyFunctions(schema)) await sql.query(statement);
      for (const policy of tables) for (const statement of policyStatements(schema, policy)) await sql.query(statement);
    });
    const same = before === (await look(sql, schema, names));
    return { project, tables, status: same ? "unchanged" : before.includes("run8n_select") ? "updated" : "created" };
  });
}

function tablesOf(value: unknown): TablePolicy[] {
  const isName = (one: unknown): one is string => typeof one === "string" && /^[a-z_][a-z0-9_]{0,62}$/.test(one);
  const read = (one: unknown): TablePolicy | undefined => {
    const { table, column, belongsTo, writeRole } = (one ?? {}) as Partial<TablePolicy>;
    const role = writeRole === undefined || writeRole === null ? "member" : ROLES.find((known) => known === writeRole);
    const isSound = isName(table) && isName(column) && (belongsTo === "user" || belongsTo === "organization");
    return isSound && role ? { table, column, belongsTo, writeRole: role } : undefined;
  };
  const tables = Array.isArray(value) ? value.map(read) : [];
  const isSound = tables.length >= 1 && tables.length <= MAX_TABLES && tables.every((one) => one !== undefined);
  if (isSound && new Set(tables.map((one) => one?.table)).size === tables.length) return tables as TablePolicy[];
  throw new InvalidInputError(
    `tables must be a list of 1 to ${MAX_TABLES} different tables with table, column and belongsTo; got ${describe(value)}`,
    {
      hint: 'Pass for example [{ "table": "note", "column": "organization_id", "belongsTo": "organization" }].',
      details: { argument: "tables" },
    },
  );
}

async function requireColumn(sql: Sql, schema: string, { table, column }: TablePolicy): Promise<void> {
  const { rows } = await sql.query<{ owner: string; type: string | null }>(
    `select relowner::regrole::text as owner,
            (select atttypid::regtype::text from pg_attribute
              where attrelid = c.oid and attname = $3 and attnum > 0 and not attisdropped) as type
       from pg_class c where relnamespace = to_regnamespace($1) and relname = $2 and relkind in ('r', 'p')`,
    [identifier(schema), table, column],
  );
  const found = rows[0];
  const isOurs = (ACCOUNT_TABLES as readonly string[]).includes(table);
  if (found?.type === "uuid" && !isOurs) return requireOwner(schema, table, found.owner);
  const why = !found
    ? "there is no such table"
    : isOurs
      ? "it is one of the accounts' own"
      : "it has no such uuid column";
  throw new InvalidInputError(`Table ${schema}.${table} cannot be bound to users by ${column}: ${why}`, {
    hint: "Create the table by a migration first, with a uuid column that holds the user's or the organization's id.",
    details: { argument: "tables", table },
  });
}

function requireOwner(schema: string, table: string, owner: string): void {
  const wanted = rolesOf(schema).owner;
  if (owner.replaceAll('"', "") === wanted) return;
  throw new PreconditionError(`Table ${schema}.${table} does not belong to ${wanted}`, {
    hint: `Run: alter table ${schema}.${table} owner to ${wanted}`,
  });
}

/** The policies as the catalogue has them, as text to compare. */
async function look(sql: Sql, schema: string, tables: string[]): Promise<string> {
  const { rows } = await sql.query<{ found: string | null }>(
    `select json_build_object(
       'closed', (select json_agg(json_build_array(relname, relrowsecurity) order by relname) from pg_class
                   where relnamespace = to_regnamespace($2) and relname = any($3)),
       'policies', (select json_agg(json_build_array(tablename, policyname, permissive, roles, cmd, qual, with_check)
                                    order by tablename, policyname)
                      from pg_policies where schemaname = $1 and tablename = any($3)),
       'functions', (select json_agg(json_build_array(pg_get_functiondef(oid), proowner::regrole, proacl::text) order by oid)
                       from pg_proc where pronamespace = to_regnamespace($2)
                        and proname in ('current_user_id', 'is_member_of'))
     )::text as found`,
    [schema, identifier(schema), tables],
  );
  return rows[0]?.found ?? "";
}
