import { folderOf } from "../names.ts";

/** Where a project's webhook secrets lie in Windmill: the one that Stripe signs with, and the one before it. */
export const webhookSecretPaths = (project: string) => ({
  current: `${folderOf(project)}/stripe_webhook_secret`,
  previous: `${folderOf(project)}/stripe_webhook_secret_previous`,
});
