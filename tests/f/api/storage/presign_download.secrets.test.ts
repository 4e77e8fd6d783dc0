import { expect, it } from "vitest";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";
import { storageRoute } from "../../../support/storage_route.ts";

const world = storageRoute();

it("gives no secret away, wherever somebody names it", async () => {
  const token = await world.token(await world.account());
  const path = `${world.files}/own/files/0b0f1c2e-0000-4000-8000-000000000001`;
  const statuses = await expectNoSecretFrom(world, { method: "GET", path, token });
  // 422 is Windmill's own, for a reference to nothing.
  expect(statuses).toEqual([200, 400, 401, 403, 404, 422]);
}, 300_000);
