import { openNocodb } from "../../lib/nocodb/client.ts";
import { type EnsuredWebhook, ensureWebhook } from "../../lib/nocodb/ensure_webhook.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes NocoDB call an address after records of a table were created, changed or deleted, with what happened and the
 * records as JSON. Run it again with another address or other events to change it. NocoDB calls once and not again when
 * nobody answers, and it knows nothing of what is written to the table with SQL.
 * @param project Name of the project, for example "shop".
 * @param table Title of the table, or its name in Postgres.
 * @param name What the webhook is known by among those of the table, for example "tell the shop".
 * @param url The address, on the public internet, for example a route of the project's site.
 * @param events After what: "insert", "update", "delete"; all three when left out.
 * @param headers Headers to send, each with the path of a variable of the project's folder that holds its value: {"x-webhook-secret": "f/project_shop/webhook_secret"}. The one who answers should check one, since anybody may call an address.
 * @param active Whether it is called; false keeps it and stops the calls.
 * @param db The server's Postgres.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  table: string,
  name: string,
  url: string,
  events: ("insert" | "update" | "delete")[] = ["insert", "update", "delete"],
  headers: object = {},
  active = true,
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<EnsuredWebhook> {
  const api = openNocodb(await resource(nocodb));
  const asked = { project, table, name, url, events, headers, active };
  return withPostgres(await resource(db), (sql) =>
    ensureWebhook({ sql, workspace: jobWorkspace(), nocodb: api }, asked),
  );
}
