import { expect, it } from "vitest";
import { realtimeRoute } from "../../../support/realtime_route.ts";

const world = realtimeRoute();

it("refuses an id that is none, and knows no event of a channel that nobody used", async () => {
  const token = await world.token(await world.account());
  expect(await world.call("GET", `${world.channel}/events/newest`, { token })).toMatchObject({ status: 400 });
  expect((await world.call("GET", `${world.channel}/events/0`, { token })).body).toEqual({
    items: [],
    nextCursor: "0",
  });
  expect(await world.call("GET", `${world.channel}/events/0`)).toMatchObject({ status: 401 });
});

it("says that a project has no realtime channels when it has no Redis user", async () => {
  const { status } = await world.engine().api(`/w/{w}/resources/delete/f/project_${world.schema}/redis`, {
    method: "DELETE",
  });
  expect(status).toBe(200);
  const token = await world.token(await world.account());
  const answer = await world.call("GET", `${world.channel}/events/0`, { token });
  expect(answer).toMatchObject({ status: 404, body: { error: { code: "not_found", hint: /run8n.json/ } } });
});
