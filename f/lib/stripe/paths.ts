import { hostFor, publicUrl } from "../caddy/hosts.ts";
import { folderOf } from "../names.ts";
import type { CaddyValue } from "../resources.ts";

/** Where a project's site is, as the outside reaches it. */
export const siteUrl = (project: string, caddy: CaddyValue): string => publicUrl(hostFor(project, null, caddy), caddy);

/** Where Stripe sends a project's events: the site's own host hands `/api/*` on to the routes of the project. */
export const webhookUrl = (project: string, caddy: CaddyValue): string =>
  `${siteUrl(project, caddy)}/api/stripe/events`;

/** Where a project's webhook secrets lie in Windmill: the one that Stripe signs with, and the one before it. */
export const webhookSecretPaths = (project: string) => ({
  current: `${folderOf(project)}/stripe_webhook_secret`,
  previous: `${folderOf(project)}/stripe_webhook_secret_previous`,
});
