import { createHash } from "node:crypto";
import { PreconditionError } from "../errors.ts";
import { schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { identifier } from "../postgres/quote.ts";
import { requireSchema } from "../postgres/require_schema.ts";
import { rolesOf } from "../postgres/roles.ts";
import { tableState } from "../postgres/table_state.ts";
import { tablesGap } from "../postgres/tables_gap.ts";
import { BILLING_MIGRATIONS, type BillingMigration } from "./migrations.ts";
import { BILLING_TABLES, type BillingTables, billingTables } from "./tables.ts";

export type EnsuredBilling = {
  project: string;
  tables: string[];
  /** The steps that this call ran. */
  migrations: string[];
  status: "created" | "updated" | "unchanged";
};

/**
 * Brings a project's billing tables to their newest form: the steps that are missing run in order and in one transaction,
 * each recorded with its checksum. They belong to the project's owner role; its app role may write what routes write.
 * Throws Precondition without a schema or accounts, and for a step that is recorded with another text.
 */
export async function ensureBilling(sql: Sql, project: string): Promise<EnsuredBilling> {
  const schema = schemaOf(project);
  return operate({ sql, verb: "infra/stripe/ensure_billing", project, arguments: { project } }, async () => {
    await requireSchema(sql, schema);
    await requireAccounts(sql, schema);
    const before = await tableState(sql, schema, [...BILLING_TABLES]);
    const migrations = await transaction(sql, () => build(sql, schema));
    const after = await tableState(sql, schema, [...BILLING_TABLES]);
    const status = before === undefined ? "created" : before === after ? "unchanged" : "updated";
    return { project, tables: BILLING_TABLES.map((name) => `${schema}.${name}`), migrations, status };
  });
}

/** What `ensureBilling` would do to a project's tables; nothing is changed. */
export const billingGap = (sql: Sql, project: string) =>
  tablesGap(sql, schemaOf(project), {
    tables: BILLING_TABLES,
    build: async () => (await build(sql, schemaOf(project))).length > 0,
  });

/** Answers the steps that it ran. */
async function build(sql: Sql, schema: string): Promise<string[]> {
  const tables = billingTables(schema);
  await sql.query(`set local role ${identifier(rolesOf(schema).owner)}`);
  await sql.query(
    `create table if not exists ${tables.migration} (
       name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
  );
  const ran = await runMissing(sql, tables);
  for (const statement of grants(schema, tables)) await sql.query(statement);
  return ran;
}

async function runMissing(sql: Sql, tables: BillingTables): Promise<string[]> {
  const { rows } = await sql.query<{ name: string; checksum: string }>(
    `select name, checksum from ${tables.migration}`,
  );
  const recorded = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  const ran: string[] = [];
  for (const migration of BILLING_MIGRATIONS) {
    const checksum = checksumOf(migration, tables);
    const known = recorded.get(migration.name);
    if (known === checksum) continue;
    if (known !== undefined) throw changed(migration.name);
    for (const statement of migration.statements(tables)) await sql.query(statement);
    await sql.query(`insert into ${tables.migration} (name, checksum) values ($1, $2)`, [migration.name, checksum]);
    ran.push(migration.name);
  }
  return ran;
}

const checksumOf = ({ statements }: BillingMigration, tables: BillingTables): string =>
  createHash("sha256").update(statements(tables).join(";\n")).digest("hex");

const changed = (name: string): PreconditionError =>
  new PreconditionError(`The billing migration ${name} ran here with another text than it has now`, {
    hint: "Deploy the version of run8n that ran it; a change of the tables has to be a further migration.",
    details: { migration: name },
  });

/** The tables are never emptied by an app; whoever may delete a project's money records is its owner role. */
function grants(schema: string, t: BillingTables): string[] {
  const { app, readonly } = rolesOf(schema);
  const all = Object.entries(t).flatMap(([name, table]) => (name === "organization" ? [] : [table]));
  const written = [t.customer, t.subscription, t.invoice, t.event, t.credit, t.usage].join(", ");
  return [
    `revoke all on ${all.join(", ")} from public, ${identifier(app)}, ${identifier(readonly)}`,
    `grant select on ${all.join(", ")} to ${identifier(app)}, ${identifier(readonly)}`,
    `grant insert, update on ${written} to ${identifier(app)}`,
  ];
}

async function requireAccounts(sql: Sql, schema: string): Promise<void> {
  const { rows } = await sql.query<{ found: boolean }>("select to_regclass($1) is not null as found", [
    `${identifier(schema)}.organization`,
  ]);
  if (rows[0]?.found) return;
  throw new PreconditionError("The project has no accounts yet, and who pays is an organization", {
    hint: "Run f/infra/auth/ensure_accounts for the project first.",
  });
}
