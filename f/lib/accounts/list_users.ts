import { InvalidInputError } from "../errors.ts";
import { isUuid, schemaOf } from "../names.ts";
import { type Page, pageLimit } from "../page.ts";
import type { Sql } from "../postgres/connect.ts";
import { requireAccountTables } from "./operator.ts";
import { accountTables } from "./tables.ts";

export type ListedUser = { id: string; email: string; name: string | null; organizations: number; createdAt: string };

/** The users of one project, in the order of their ids. Throws InvalidInput for a cursor that no page gave. */
export async function listUsers(
  sql: Sql,
  { project, cursor, limit }: { project: string; cursor?: string; limit?: number },
): Promise<Page<ListedUser>> {
  const take = pageLimit(limit);
  const after = cursorOf(cursor);
  const schema = schemaOf(project);
  await requireAccountTables(sql, schema);
  const { account, member } = accountTables(schema);
  const { rows } = await sql.query<Omit<ListedUser, "createdAt"> & { created_at: Date }>(
    `select user_id as id, email, name, created_at,
            (select count(*)::int from ${member} m where m.user_id = a.user_id) as organizations
       from ${account} a where $1::uuid is null or user_id > $1 order by user_id limit $2`,
    [after, take + 1],
  );
  const items = rows
    .slice(0, take)
    .map(({ created_at, ...user }) => ({ ...user, createdAt: created_at.toISOString() }));
  return rows.length > take ? { items, nextCursor: items.at(-1)!.id } : { items };
}

function cursorOf(value: string | null | undefined): string | null {
  if (value === undefined || value === null || value === "") return null;
  if (isUuid(value)) return value;
  throw new InvalidInputError("The cursor is not one that a page of this list gave", {
    hint: "Pass nextCursor of the page before, or none for the first page.",
    details: { argument: "cursor" },
  });
}
