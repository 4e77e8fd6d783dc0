import { withTables } from "../operations/tables.ts";
import { type Sql, transaction } from "./connect.ts";

/**
 * A transaction in which nobody else changes rights in this database: two at once would fail with "tuple concurrently
 * updated". It locks a table of run8n's own; an advisory lock could be held against us by any role that may connect.
 */
export const withRights = <T>(sql: Sql, work: () => Promise<T>): Promise<T> =>
  withTables(sql, () =>
    transaction(sql, async () => {
      await sql.query("lock table run8n.rights in exclusive mode");
      return work();
    }),
  );
