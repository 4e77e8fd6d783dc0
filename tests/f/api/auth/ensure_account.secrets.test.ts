import { expect, it } from "vitest";
import { accountsRoute } from "../../../support/accounts.ts";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";

const world = accountsRoute(["f/api/auth"]);

it("gives no secret away, wherever somebody names it", async () => {
  const path = `apps/${world.project}/auth/account`;
  const token = await world.token(world.stranger());
  const attack = { path, token, sound: { name: "Ada" }, fields: ["name", "organization"] };
  const statuses = await expectNoSecretFrom(world, { method: "POST", ...attack });
  // 422 is Windmill's own, for a reference to nothing.
  expect(statuses).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 422]));
}, 300_000);
