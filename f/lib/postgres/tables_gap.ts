import type { Sql } from "./connect.ts";
import { rehearse } from "./rehearse.ts";
import { schemaStands } from "./require_schema.ts";
import { tableState } from "./table_state.ts";

/**
 * What building a project's tables would come to: `missing` when there are none, `different` when columns, owners, rights
 * or indexes would change, or when `build` answers that something else would. Nothing is changed.
 */
export async function tablesGap(
  sql: Sql,
  schema: string,
  { tables, build }: { tables: readonly string[]; build: () => Promise<boolean> },
): Promise<"missing" | "different" | undefined> {
  const look = () => tableState(sql, schema, [...tables]);
  const before = await look();
  if (before === undefined) return "missing";
  if (!(await schemaStands(sql, schema))) return "different"; // a role is gone, and its rights here with it
  const changes = await rehearse(sql, async () => (await build()) || (await look()) !== before);
  return changes ? "different" : undefined;
}
