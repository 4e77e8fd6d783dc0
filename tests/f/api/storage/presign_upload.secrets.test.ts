import { expect, it } from "vitest";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";
import { storageRoute } from "../../../support/storage_route.ts";

const world = storageRoute();

it("gives no secret away, wherever somebody names it", async () => {
  const token = await world.token(await world.account());
  const path = `${world.files}/own/uploads`;
  const statuses = await expectNoSecretFrom(world, {
    method: "POST",
    path,
    token,
    sound: { name: "a.png", type: "image/png" },
    fields: ["name", "type", "sizeBytes"],
  });
  // 422 is Windmill's own, for a reference to nothing.
  expect(statuses).toEqual([400, 401, 403, 404, 415, 422]);
}, 300_000);
