import { expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";

const world = accountsRoute(["f/api/auth"]);

it("gives no secret away, wherever somebody names it", async () => {
  const { user, organization } = await world.owner();
  const member = await world.member(organization, "member");
  const path = `apps/${world.project}/auth/organizations/${organization}/members/${member.id}`;
  const attack = { path, token: await world.token(user), bodyless: true };
  const statuses = await expectNoSecretFrom(world, { method: "DELETE", ...attack });
  // 422 is Windmill's own, for a reference to nothing.
  expect(statuses).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 422]));
}, 300_000);
