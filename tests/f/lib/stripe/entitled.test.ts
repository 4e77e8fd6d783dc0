import { describe, expect, it } from "vitest";
import type { GuardPorts } from "../../../../f/lib/gotrue/guard.ts";
import { entitled } from "../../../../f/lib/stripe/entitled.ts";
import { billingProject } from "../../../support/billing_project.ts";
import { tokenIssuer } from "../../../support/tokens.ts";

const world = billingProject();

/** Asks the guard as a member of an organization, with the token that GoTrue gave them. */
async function ask(
  feature: string,
  { user, organization }: { user: { id: string; email: string }; organization: string },
) {
  const issuer = await tokenIssuer();
  try {
    const ports: GuardPorts = {
      rules: async () => ({ url: issuer.url, issuer: issuer.issuer }),
      connect: (_, work) => world.asApp(work),
    };
    const authorization = `Bearer ${await issuer.token(user)}`;
    return await entitled(feature, ports)({ project: world.project, authorization, input: { organization } });
  } finally {
    await issuer.stop();
  }
}

describe("entitled", () => {
  it("lets in who pays for the feature, and says who that is", async () => {
    const payer = await world.payer();
    await world.subscribe(payer.customer);
    for (const event of await world.eventsOf(payer.customer)) await world.apply(event);
    expect(await ask("export", payer)).toMatchObject({
      id: payer.user.id,
      organization: payer.organization,
      role: "owner",
    });
  });

  it("keeps out who does not, and who does not belong to who does", async () => {
    const [payer, other] = [await world.payer(), await world.payer()];
    await world.subscribe(payer.customer);
    for (const event of await world.eventsOf(payer.customer)) await world.apply(event);
    await expect(ask("export", other)).rejects.toMatchObject({ code: "forbidden", details: { feature: "export" } });
    await expect(ask("export", { user: other.user, organization: payer.organization })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(ask("share", payer)).rejects.toMatchObject({ code: "forbidden" });
  });
});
