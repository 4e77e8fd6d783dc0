import { expect, it } from "vitest";
import { realtimeRoute } from "../../../support/realtime_route.ts";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";

const world = realtimeRoute();

it("gives no secret away, wherever somebody names it", async () => {
  const token = await world.token(await world.account());
  const path = `${world.channel}/events/0`;
  const statuses = await expectNoSecretFrom(world, { method: "GET", path, token });
  // 422 is Windmill's own, for a reference to nothing.
  expect(statuses).toEqual([200, 400, 401, 403, 404, 422]);
}, 300_000);
