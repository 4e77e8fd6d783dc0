import { InvalidInputError } from "../errors.ts";
import { describe, schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { identifier } from "../postgres/quote.ts";
import { requireSchema } from "../postgres/require_schema.ts";
import { rolesOf } from "../postgres/roles.ts";
import { tableState } from "../postgres/table_state.ts";
import { tablesGap } from "../postgres/tables_gap.ts";
import { SIGN_UP_POLICIES, type SignUpPolicy } from "./policy.ts";
import { ACCOUNT_TABLES, accountStatements } from "./tables.ts";

export type EnsuredAccounts = {
  project: string;
  tables: string[];
  signUp: SignUpPolicy;
  status: "created" | "updated" | "unchanged";
};

/**
 * Makes a project's tables of accounts and organizations exist, with the rights its routes need, and sets who may join.
 * Projects share one GoTrue, but a user of one is nobody in the next until there is an account here.
 * Throws Precondition when the project has no schema yet, InvalidInput for another policy.
 */
export async function ensureAccounts(
  sql: Sql,
  { project, signUp: wanted }: { project: string; signUp: unknown },
): Promise<EnsuredAccounts> {
  const schema = schemaOf(project);
  const signUp = signUpPolicy(wanted);
  const asked = { project, signUp };
  return operate({ sql, verb: "infra/auth/ensure_accounts", project, arguments: asked }, async () => {
    await requireSchema(sql, schema);
    const before = await tableState(sql, schema, [...ACCOUNT_TABLES]);
    const changed = await transaction(sql, () => build(sql, schema, signUp));
    const same = before === (await tableState(sql, schema, [...ACCOUNT_TABLES])) && !changed;
    const tables = ACCOUNT_TABLES.map((name) => `${schema}.${name}`);
    return { project, tables, signUp, status: before === undefined ? "created" : same ? "unchanged" : "updated" };
  });
}

/** What `ensureAccounts` would do to a project's tables and policy; nothing is changed. */
export const accountsGap = (sql: Sql, { project, signUp }: { project: string; signUp: SignUpPolicy }) =>
  tablesGap(sql, schemaOf(project), {
    tables: ACCOUNT_TABLES,
    build: () => build(sql, schemaOf(project), signUp),
  });

/** Answers whether the policy is another one now. */
async function build(sql: Sql, schema: string, signUp: SignUpPolicy): Promise<boolean> {
  await sql.query(`set local role ${identifier(rolesOf(schema).owner)}`);
  for (const statement of accountStatements(schema)) await sql.query(statement);
  return setPolicy(sql, schema, signUp);
}

function signUpPolicy(value: unknown): SignUpPolicy {
  const found = SIGN_UP_POLICIES.find((one) => one === value);
  if (found) return found;
  throw new InvalidInputError(`signUp must be one of ${SIGN_UP_POLICIES.join(", ")}; got ${describe(value)}`, {
    hint: 'Pass "open" to let everyone join, "invited" to let in only whom a member has invited.',
    details: { argument: "signUp" },
  });
}

async function setPolicy(sql: Sql, schema: string, signUp: SignUpPolicy): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into ${identifier(schema)}.account_policy as policy (sign_up) values ($1)
     on conflict (only_one) do update set sign_up = excluded.sign_up where policy.sign_up <> excluded.sign_up`,
    [signUp],
  );
  return rowCount === 1;
}
