import { expect, it } from "vitest";
import { realtimeRoute } from "../../../support/realtime_route.ts";

const world = realtimeRoute();

it("lets a user come, be seen and leave", async () => {
  const [ada, bob] = [await world.account(), await world.account()];
  const [asAda, asBob] = [{ token: await world.token(ada) }, { token: await world.token(bob) }];
  const path = `${world.channel}/presence`;
  expect((await world.call("POST", path, { ...asAda, body: {} })).body.items).toMatchObject([{ user: ada.id }]);
  expect((await world.call("GET", path, asBob)).body.items).toMatchObject([{ user: ada.id }]);
  expect((await world.call("POST", path, { ...asAda, body: { state: "gone" } })).body).toEqual({ items: [] });
  expect(await world.call("POST", path, { ...asAda, body: { state: "busy" } })).toMatchObject({ status: 400 });
  expect(await world.call("POST", path, { body: {} })).toMatchObject({ status: 401 });
});
