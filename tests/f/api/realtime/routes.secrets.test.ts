import { expect, it } from "vitest";
import { realtimeRoute } from "../../../support/realtime_route.ts";
import { type AttackedRoute, expectNoSecretFrom } from "../../../support/route_attack.ts";

const world = realtimeRoute();

it.each<[route: string, path: string, attack: Pick<AttackedRoute, "method" | "sound" | "fields">]>([
  ["list_events", "events/0", { method: "GET" }],
  ["list_presence", "presence", { method: "GET" }],
  [
    "publish_event",
    "events",
    { method: "POST", sound: { event: "message.created", payload: "hello" }, fields: ["event", "payload"] },
  ],
  ["update_presence", "presence", { method: "POST", sound: { state: "here" }, fields: ["state"] }],
])(
  "%s gives no secret away, wherever somebody names it",
  async (_route, path, attack) => {
    const token = await world.token(await world.account());
    const statuses = await expectNoSecretFrom(world, { ...attack, path: `${world.channel}/${path}`, token });
    // 422 is Windmill's own, for a reference to nothing; 415 is said to forms.
    expect(statuses.filter((status) => status !== 415)).toEqual([200, 400, 401, 403, 404, 422]);
  },
  300_000,
);
