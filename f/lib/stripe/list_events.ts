import { InvalidInputError } from "../errors.ts";
import { describe, schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { billingTables } from "./tables.ts";

export type StoredEvent = {
  id: string;
  type: string;
  object: string;
  customer: string | null;
  outcome: "applied" | "kept";
  createdAt: string;
  receivedAt: string;
};

const MOST = 500;

/** A project's events, newest first, without their contents. `before` is the cursor of the page before. */
export async function listEvents(
  sql: Sql,
  { project, limit = 50, type, before }: { project: string; limit?: number; type?: string; before?: string },
): Promise<{ items: StoredEvent[]; nextCursor?: string }> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new InvalidInputError(`limit must be a whole number from 1 to ${MOST}; got ${describe(limit)}`, {
      hint: "Leave it out for 50.",
      details: { argument: "limit" },
    });
  }
  const { event } = billingTables(schemaOf(project));
  const { rows } = await sql.query<StoredEvent>(
    `select id, type, object, customer, outcome, ${iso("created_at")} as "createdAt", ${iso("received_at")} as "receivedAt"
       from ${event}
      where ($1::text is null or type = $1)
        and ($2::text is null or (created_at, id) < (select created_at, id from ${event} where id = $2))
      order by created_at desc, id desc limit $3`,
    [type ?? null, before ?? null, limit + 1],
  );
  const items = rows.slice(0, limit);
  return { items, ...(rows.length > limit ? { nextCursor: items.at(-1)!.id } : {}) };
}

const iso = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
