import { expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";
import { gotrueIssuer } from "../../../support/gotrue_issuer.ts";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";

const world = accountsRoute(["f/api/auth"], () => gotrueIssuer());

it("gives no secret away, wherever somebody names it", async () => {
  const { user, organization } = await world.owner();
  const path = `apps/${world.project}/auth/organizations/${organization}/invites`;
  const sound = { email: "attack@example.com" };
  const attack = { path, token: await world.token(user), sound, fields: ["email", "role"] };
  const statuses = await expectNoSecretFrom(world, { method: "POST", ...attack });
  const mails = JSON.stringify(await world.issuer().mails.all());
  expect(mails).not.toContain("s3cret");
  // 422 is Windmill's own, for a reference to nothing.
  expect(statuses).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 422]));
}, 300_000);
