import { describe, expect, inject, it } from "vitest";
import { main as ensureWebhookEndpoint } from "../../../../f/infra/stripe/ensure_webhook_endpoint.ts";
import { folderOf } from "../../../../f/lib/names.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { testStripe } from "../../../support/stripe.ts";

const db = testDatabase();
const stripe = testStripe();
const jobs = jobsEngine();
const caddy = { ...inject("services").caddy, domain: "apps.example.com", publicUrl: "https://{host}" };

describe("ensure_webhook_endpoint", () => {
  it("sends events to the project's site, and keeps the secret as a secret variable", async () => {
    const project = uniqueProject();
    const made = await ensureWebhookEndpoint(project, false, 24, undefined, db, stripe.connection(), caddy);
    expect(made).toMatchObject({
      status: "created",
      url: `https://${project}.apps.example.com/api/stripe/events`,
      secret: `${folderOf(project)}/stripe_webhook_secret`,
    });
    const variable = await jobs.engine.api(`/w/{w}/variables/get/${made.secret}?decrypt_secret=false`);
    expect(await variable.json()).toMatchObject({ is_secret: true, value: null });
  });

  it("sends them elsewhere when told so", async () => {
    const url = "https://tunnel.example.com/hook";
    const made = await ensureWebhookEndpoint(uniqueProject(), false, 24, url, db, stripe.connection(), caddy);
    expect(made.url).toBe(url);
  });
});
