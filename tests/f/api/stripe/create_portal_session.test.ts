import { describe, expect, it } from "vitest";
import { ensurePortal } from "../../../../f/lib/stripe/ensure_portal.ts";
import { billingRoutes } from "../../../support/billing_routes.ts";

const world = billingRoutes();
const openPortal = () =>
  world.sql((sql) =>
    ensurePortal({ sql, stripe: world.stripe.client() }, { project: world.project, returnUrl: `${world.origin}/` }),
  );

describe("POST .../billing/portal", () => {
  it("says that the portal is not set up, then opens the organization's own", async () => {
    const buyer = await world.buyer();
    await world.subscribe(buyer);
    expect(await buyer.post("portal")).toMatchObject({
      status: 409,
      body: { error: { hint: expect.stringContaining("ensure_portal") } },
    });
    await openPortal();
    const { status, body } = await buyer.post("portal");
    expect(status).toBe(200);
    const page = await (await fetch(body.url)).text();
    expect(page).toContain("Cancel the subscription");
    expect(page).toContain(world.origin);
  });

  it("has nothing for an organization that never bought, and nothing for strangers", async () => {
    const [buyer, stranger] = [await world.buyer(), await world.buyer()];
    expect((await buyer.post("portal")).status).toBe(404);
    const foreign = await world.call("POST", world.pathOf(buyer.organization, "portal"), {
      token: stranger.token,
      body: {},
    });
    expect(foreign.status).toBe(403);
  });
});
