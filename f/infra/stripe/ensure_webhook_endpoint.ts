import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Caddy, type Postgresql, resource, type Stripe } from "../../lib/resources.ts";
import { stripeClient } from "../../lib/stripe/client.ts";
import { webhookUrl } from "../../lib/stripe/paths.ts";
import { type EnsuredWebhookEndpoint, ensureWebhookEndpoint } from "../../lib/stripe/webhook_endpoint.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes Stripe send a project's events to its site, `https://<project>.<domain>/api/stripe/events`, and keeps the signing
 * secret in a Windmill variable of the project. Run it again at any time; after a rotation's grace it removes the old
 * endpoint.
 * @param project Name of the project, for example "shop".
 * @param rotate Replace the signing secret: old and new are both valid until the grace is over.
 * @param graceHours How long the old secret stays valid after a rotation, 1 to 168 hours.
 * @param url Where to send events instead, for an account that reaches this server by another address.
 * @param db The server's Postgres.
 * @param stripe The Stripe account that takes the money.
 * @param caddy The edge proxy, which knows the project's address.
 */
export async function main(
  project: string,
  rotate = false,
  graceHours = 24,
  url?: string,
  db: Postgresql = "$res:f/infra/postgres",
  stripe: Stripe = "$res:f/infra/stripe",
  caddy: Caddy = "$res:f/infra/caddy",
): Promise<EnsuredWebhookEndpoint> {
  const client = await stripeClient(await resource(stripe));
  const target = url || webhookUrl(project, await resource(caddy));
  return withPostgres(await resource(db), (sql) =>
    ensureWebhookEndpoint(
      { sql, stripe: client, workspace: jobWorkspace() },
      { project, url: target, rotate, graceHours },
    ),
  );
}
