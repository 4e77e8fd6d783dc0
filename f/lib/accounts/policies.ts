import { identifier, literal } from "../postgres/quote.ts";
import { rolesOf } from "../postgres/roles.ts";
import type { Role } from "./members.ts";
import { accountTables } from "./tables.ts";

/** How the rows of a table belong to people: by the column that holds the id of a user or of an organization. */
export type TablePolicy = {
  table: string;
  column: string;
  belongsTo: "user" | "organization";
  /** What it takes to change rows of an organization; every member may read them. */
  writeRole: Role;
};

/**
 * Who asks, and what they belong to. The second runs as the owner of the tables, so that a policy can look into them;
 * it names all it uses in full, for its search path is the caller's to choose.
 */
export function policyFunctions(schema: string): string[] {
  const { member } = accountTables(schema);
  const { app, readonly } = rolesOf(schema);
  const [current, belongs] = [`${identifier(schema)}.current_user_id`, `${identifier(schema)}.is_member_of`];
  const to = `to ${identifier(app)}, ${identifier(readonly)}`;
  return [
    `create or replace function ${current}() returns uuid language sql stable parallel safe
       return nullif(current_setting('run8n.user_id', true), '')::uuid`,
    `create or replace function ${belongs}(organization uuid, needed text) returns boolean
       language sql stable security definer set search_path = ''
       return exists (
         select from ${member} m
          where m.organization_id = organization and m.user_id = ${current}()
            and array_position(array['owner', 'admin', 'member'], m.role) <= array_position(array['owner', 'admin', 'member'], needed))`,
    `revoke all on function ${current}(), ${belongs}(uuid, text) from public`,
    `grant execute on function ${current}(), ${belongs}(uuid, text) ${to}`,
  ];
}

/** The statements that close a table but for its rows' own people; people and tools that only look see all of it. */
export function policyStatements(schema: string, { table, column, belongsTo, writeRole }: TablePolicy): string[] {
  const on = `on ${identifier(schema)}.${identifier(table)}`;
  const { app, readonly } = rolesOf(schema);
  const [reads, writes] = [condition("member"), condition(writeRole)];
  function condition(role: Role): string {
    const own = `${identifier(schema)}.current_user_id()`;
    if (belongsTo === "user") return `(${identifier(column)} = (select ${own}))`;
    return `(${identifier(schema)}.is_member_of(${identifier(column)}, ${literal(role)}))`;
  }
  const policies: Record<string, string> = {
    run8n_select: `for select to ${identifier(app)} using ${reads}`,
    run8n_insert: `for insert to ${identifier(app)} with check ${writes}`,
    run8n_update: `for update to ${identifier(app)} using ${writes} with check ${writes}`,
    run8n_delete: `for delete to ${identifier(app)} using ${writes}`,
    run8n_look: `for select to ${identifier(readonly)} using (true)`,
  };
  return [
    `alter table ${on.slice(3)} enable row level security`,
    ...Object.entries(policies).flatMap(([name, rule]) => [
      `drop policy if exists ${name} ${on}`,
      `create policy ${name} ${on} ${rule}`,
    ]),
  ];
}
