import { describe, expect, inject, it } from "vitest";
import { main as ensurePortal } from "../../../../f/infra/stripe/ensure_portal.ts";
import { ensureCatalog } from "../../../../f/lib/stripe/catalog/ensure.ts";
import { BILLING, billingProject } from "../../../support/billing_project.ts";

const world = billingProject();
const caddy = { ...inject("services").caddy, domain: "apps.example.com", publicUrl: "https://{host}" };
const ensure = (returnUrl?: string) =>
  ensurePortal(world.project, returnUrl, world.db, world.stripe.connection(), caddy);
const configurations = async () => (await world.stripe.client().billingPortal.configurations.list()).data;

describe("ensure_portal", () => {
  it("sets the portal up once, follows the plans, and puts right what was changed", async () => {
    const made = await ensure();
    expect(made.status).toBe("created");
    const [configuration] = await configurations();
    expect(configuration).toMatchObject({
      id: made.configuration,
      default_return_url: `https://${world.project}.apps.example.com/`,
      features: {
        subscription_cancel: { enabled: true, mode: "at_period_end" },
        payment_method_update: { enabled: true },
      },
    });
    const offered = configuration!.features.subscription_update.products!.flatMap(({ prices }) => prices);
    expect(offered).toContain(await world.priceOf("pro", "year"));
    expect(await ensure()).toEqual({ ...made, status: "unchanged" });

    const plans = BILLING.plans.filter(({ key }) => key !== "team");
    const ports = <T>(work: (ports: { sql: Parameters<Parameters<typeof world.asOwner>[0]>[0] }) => Promise<T>) =>
      world.asOwner((sql) => work({ sql }));
    await ports(({ sql }) =>
      ensureCatalog({ sql, stripe: world.stripe.client() }, { project: world.project, billing: { ...BILLING, plans } }),
    );
    expect(await ensure()).toEqual({ ...made, status: "updated" });

    await world.stripe.client().billingPortal.configurations.update(made.configuration, { active: false });
    expect((await ensure()).status).toBe("updated");
    expect(await configurations()).toMatchObject([{ active: true }]);
  });
});
