import { expect, it } from "vitest";
import { realtimeRoute } from "../../../support/realtime_route.ts";

const world = realtimeRoute();

it("keeps who is in an organization's channel to its members", async () => {
  const { user, organization } = await world.owner();
  const path = `apps/${world.project}/realtime/${organization}/lobby/presence`;
  const token = await world.token(user);
  await world.call("POST", path, { token, body: {} });
  expect((await world.call("GET", path, { token })).body.items).toMatchObject([{ user: user.id }]);
  const neighbour = await world.token((await world.owner()).user);
  expect(await world.call("GET", path, { token: neighbour })).toMatchObject({ status: 403 });
  expect(await world.call("POST", path, { token: neighbour, body: {} })).toMatchObject({ status: 403 });
  expect((await world.call("GET", `${world.channel}/presence`, { token })).body).toEqual({ items: [] });
});
