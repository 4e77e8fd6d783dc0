import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureCatalog } from "../../f/lib/stripe/catalog/ensure.ts";
import { ensureBilling } from "../../f/lib/stripe/ensure_billing.ts";
import { ensurePortal } from "../../f/lib/stripe/ensure_portal.ts";
import { webhookSecretPaths } from "../../f/lib/stripe/paths.ts";
import { ensureWebhookEndpoint } from "../../f/lib/stripe/webhook_endpoint.ts";
import manifest from "../../templates/saas/run8n.json" with { type: "json" };
import { newEmail } from "../support/gotrue.ts";
import { linkIn } from "../support/mails.ts";
import { saasSite } from "../support/saas_site.ts";
import { testStripe } from "../support/stripe.ts";
import { memoryWorkspace } from "../support/workspace.ts";
import { keep } from "../support/workspace_items.ts";

const stripe = testStripe();
const world = saasSite();
const { project } = world;

/** All that `apply_project` does for the template's billing; events travel through the edge, as in production. */
beforeAll(async () => {
  const workspace = memoryWorkspace();
  const ports = { stripe: stripe.client(), workspace };
  await world.sql(async (sql) => {
    await ensureBilling(sql, project);
    await ensureCatalog({ sql, ...ports }, { project, billing: manifest.billing });
    await ensureWebhookEndpoint({ sql, ...ports }, { project, url: `${world.origin}/api/stripe/events` });
    await ensurePortal({ sql, ...ports }, { project, returnUrl: `${world.origin}/billing.html` });
  });
  const { current } = webhookSecretPaths(project);
  await keep(world.engine(), { "f/infra/stripe": stripe.connection() }, { [current]: workspace.secrets.get(current)! });
});

/** Somebody who has signed up and confirmed, on the page of their plan. */
async function newcomer() {
  const email = newEmail();
  const { page } = await world.visitor();
  await world.signUp(page, email);
  await page.goto(linkIn(await world.mailTo(email)));
  await world.signedIn(page, email);
  await page.getByRole("link", { name: "Plan" }).click();
  await page.getByRole("heading", { name: "You are on Free" }).waitFor();
  return { email, page };
}

async function payWith(page: Page, number: string): Promise<void> {
  await page.getByLabel("Card number").fill(number);
  await page.getByLabel("Expiry").fill("12 / 34");
  await page.getByLabel("CVC").fill("123");
  await page.getByRole("button", { name: "Subscribe" }).click();
}

const shows = (page: Page, text: string | RegExp) => page.getByText(text).waitFor();

describe("an app that sells a plan, in a browser", { timeout: 120_000 }, () => {
  it("sells it, shows what is paid for, and keeps that until the end when it is canceled", async () => {
    const { page } = await newcomer();
    await page.getByRole("link", { name: "Reports" }).click();
    await shows(page, "Reports are part of Pro.");
    await page.getByRole("link", { name: "See the plans" }).click();

    await page.getByRole("button", { name: "$19 a month" }).click();
    await page.getByRole("heading", { name: "Subscribe to Pro" }).waitFor();
    await payWith(page, "4000 0000 0000 0002");
    await shows(page, "Your card was declined.");
    await payWith(page, "4242 4242 4242 4242");
    await page.waitForURL(/\/billing\.html/);
    await shows(page, "Your plan is active.");
    await shows(page, /It renews on/);
    await page.getByRole("link", { name: "Reports" }).click();
    await page.getByRole("heading", { name: "This week" }).waitFor();

    await page.getByRole("link", { name: "Plan" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await shows(page, /It ends on .* Until then nothing changes\./);
    await page.reload();
    await shows(page, /It ends on/);
    await page.getByRole("button", { name: "Keep the plan" }).click();
    await shows(page, /It renews on/);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("link", { name: "Reports" }).click();
    await page.getByRole("heading", { name: "This week" }).waitFor();
  });

  it("keeps what is paid for through the grace after a missed payment, and not beyond the end", async () => {
    const { page, email } = await newcomer();
    const clock = await stripe.client().testHelpers.testClocks.create({ frozen_time: Math.floor(Date.now() / 1000) });
    const organization = await organizationOf(email);
    const customer = await stripe
      .client()
      .customers.create({ email, test_clock: clock.id, metadata: { project, organization } });
    await world.sql((sql) =>
      sql.query(`insert into ${world.schema}.billing_customer (id, organization_id) values ($1, $2)`, [
        customer.id,
        organization,
      ]),
    );
    await page.getByRole("button", { name: "$19 a month" }).click();
    await payWith(page, "4242 4242 4242 4242");
    await shows(page, "Your plan is active.");

    await page.getByRole("button", { name: "Invoices and payment method" }).click();
    await page.getByLabel("New card number").fill("4000 0000 0000 0341");
    await page.getByRole("button", { name: "Use this card" }).click();
    await page.getByRole("link", { name: "Back to the app" }).click();
    await page.waitForURL(/billing\.html/);

    const advance = (days: number) =>
      stripe.client().testHelpers.testClocks.advance(clock.id, { frozen_time: clock.frozen_time + days * 86_400 });
    const eventually = async (text: RegExp) => {
      await expect
        .poll(async () => {
          await page.reload();
          await page.locator("#current").waitFor();
          return page.locator("main").innerText();
        })
        .toMatch(text);
    };
    await advance(32);
    await eventually(/A payment is missing\. .* Pro stays until/);
    await page.getByRole("link", { name: "Reports" }).click();
    await page.getByRole("heading", { name: "This week" }).waitFor();
    await page.getByRole("link", { name: "Plan" }).click();
    await advance(60);
    await eventually(/You are on Free/);
    await page.getByRole("link", { name: "Reports" }).click();
    await shows(page, "Reports are part of Pro.");
  });

  async function organizationOf(email: string): Promise<string> {
    const { rows } = await world.sql((sql) =>
      sql.query(
        `select organization_id as id from ${world.schema}.organization_member join ${world.schema}.account using (user_id) where email = $1`,
        [email],
      ),
    );
    return rows[0].id;
  }
});
