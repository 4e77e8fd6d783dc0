import { ConflictError } from "../../errors.ts";
import { schemaOf } from "../../names.ts";
import type { CaddyValue, StripeValue } from "../../resources.ts";
import { ensureCatalog } from "../../stripe/catalog/ensure.ts";
import { type StripeClient, stripeClient } from "../../stripe/client.ts";
import { billingGap, ensureBilling } from "../../stripe/ensure_billing.ts";
import { ensurePortal } from "../../stripe/ensure_portal.ts";
import { siteUrl, webhookUrl } from "../../stripe/paths.ts";
import { retireCatalog, runningSubscriptions } from "../../stripe/retire.ts";
import { ensureWebhookEndpoint } from "../../stripe/webhook_endpoint.ts";
import { deleteWebhooks, disableWebhooks, webhooksOf } from "../../stripe/webhooks.ts";
import type { Finding, Kind, Ports, Target } from "./kind.ts";

/** What a project sells: its tables, plans and prices, where Stripe sends events, and the portal. */
export const billingKind: Kind = {
  kind: "billing",
  async plan(ports, { project, manifest }) {
    if (!manifest.billing) return [];
    const { sql } = ports;
    const gap = await billingGap(sql, project);
    if (gap === "missing") {
      return [
        { action: "create", what: "Plans, prices and webhook", why: "the billing tables do not exist", risk: "safe" },
      ];
    }
    const stripe = await account(ports);
    const asked = { project, billing: manifest.billing, dryRun: true };
    const { changes } = await ensureCatalog({ sql, stripe }, asked);
    const findings: Finding[] = changes.map(({ action, why }) => ({
      action: action.startsWith("retire") ? "remove" : action.startsWith("update") ? "update" : "create",
      what: `In Stripe: ${action.replace("_", " a ")}`,
      why,
      risk: "safe",
    }));
    if (gap)
      findings.push({
        action: "update",
        what: "Billing tables",
        why: "they are not in their newest form",
        risk: "safe",
      });
    const active = (await webhooksOf(stripe, project)).filter(({ status }) => status === "enabled");
    if (active.length === 0) {
      findings.push({
        action: "create",
        what: "Webhook",
        why: "Stripe does not send the project's events",
        risk: "safe",
      });
    }
    return findings;
  },
  async apply(ports, { project, manifest: { billing } }: Target) {
    if (!billing) return { status: "unchanged" };
    const { sql, workspace } = ports;
    const stripe = await account(ports);
    const caddy = await ports.connection<CaddyValue>("caddy");
    const statuses = [
      (await ensureBilling(sql, project)).status,
      (await ensureCatalog({ sql, stripe }, { project, billing })).status,
      (await ensureWebhookEndpoint({ sql, stripe, workspace }, { project, url: webhookUrl(project, caddy) })).status,
      (await ensurePortal({ sql, stripe }, { project, returnUrl: `${siteUrl(project, caddy)}/` })).status,
    ];
    if (statuses.every((status) => status === "unchanged")) return { status: "unchanged" };
    return { status: statuses[0] === "created" ? "created" : "updated" };
  },
  async lock(ports, project) {
    const stripe = await accountIfAny(ports);
    if (stripe) await disableWebhooks(stripe, project);
  },
  async list(ports, project) {
    const stripe = await accountIfAny(ports);
    return stripe ? (await webhooksOf(stripe, project)).map(({ id }) => `Stripe webhook ${id}`) : [];
  },
  /** Who paid for what stays in Stripe, which is the record; nothing may go on being charged for an app that is gone. */
  async drop(ports, project) {
    const stripe = await accountIfAny(ports);
    if (!stripe) return {};
    const running = await runningSubscriptions(stripe, project);
    if (running > 0) {
      throw new ConflictError(`${running} subscriptions of ${schemaOf(project)} are still running in Stripe`, {
        hint: "End them in Stripe first, or let them run out: their customers would go on paying.",
        details: { running },
      });
    }
    await retireCatalog(stripe, project);
    await deleteWebhooks(stripe, project);
    return {};
  },
};

const account = async ({ connection }: Pick<Ports, "connection">): Promise<StripeClient> =>
  stripeClient(await connection<StripeValue>("stripe"));

async function accountIfAny({ optional }: Ports): Promise<StripeClient | undefined> {
  const value = await optional<StripeValue>("stripe");
  return value && stripeClient(value);
}
