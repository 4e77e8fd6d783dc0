import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { listEvents, type StoredEvent } from "../../lib/stripe/list_events.ts";

/**
 * Lists the Stripe events that a project has taken in, newest first, with what became of each.
 * @param project Name of the project, for example "shop".
 * @param limit How many, 1 to 500.
 * @param type Only events of this type, for example "invoice.paid".
 * @param cursor `nextCursor` of the page before.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  limit = 50,
  type?: string,
  cursor?: string,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<{ items: StoredEvent[]; nextCursor?: string }> {
  const asked = { project, limit, ...(type ? { type } : {}), ...(cursor ? { before: cursor } : {}) };
  return withPostgres(await resource(db), (sql) => listEvents(sql, asked));
}
