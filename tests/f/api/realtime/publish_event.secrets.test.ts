import { expect, it } from "vitest";
import { realtimeRoute } from "../../../support/realtime_route.ts";
import { expectNoSecretFrom } from "../../../support/route_attack.ts";

const world = realtimeRoute();

it("gives no secret away, wherever somebody names it", async () => {
  const token = await world.token(await world.account());
  const path = `${world.channel}/events`;
  const statuses = await expectNoSecretFrom(world, {
    method: "POST",
    path,
    token,
    sound: { event: "message.created", payload: "hello" },
    fields: ["event", "payload"],
  });
  // 422 is Windmill's own, for a reference to nothing.
  expect(statuses).toEqual([200, 400, 401, 403, 404, 415, 422]);
}, 300_000);
