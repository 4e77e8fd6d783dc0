import { describe, expect, it } from "vitest";
import { realtimeRoute } from "../../../support/realtime_route.ts";

const world = realtimeRoute();
const body = { event: "message.created", payload: { text: "hello", list: [1, { deep: null }] } };

describe("POST and GET apps/:project/realtime/:scope/:channel/events", () => {
  it("hands what one user sends to another who asks for it", async () => {
    const [ada, bob] = [await world.account(), await world.account()];
    const path = `${world.channel}/events`;
    const sent = await world.call("POST", path, { token: await world.token(ada), body });
    expect(sent).toMatchObject({ status: 200, body: { id: expect.any(String), sentAt: expect.any(String) } });
    const read = await world.call("GET", `${path}/0`, { token: await world.token(bob) });
    expect(read.body).toEqual({ items: [{ ...sent.body, ...body, user: ada.id }], nextCursor: sent.body.id });
  });

  it("keeps an organization's channel to its members", async () => {
    const { user, organization } = await world.owner();
    const path = `apps/${world.project}/realtime/${organization}/lobby/events`;
    const [token, neighbour] = [await world.token(user), await world.token((await world.owner()).user)];
    expect((await world.call("POST", path, { token, body })).status).toBe(200);
    expect((await world.call("POST", path, { token: neighbour, body })).status).toBe(403);
    expect((await world.call("GET", `${path}/0`, { token: neighbour })).status).toBe(403);
    expect((await world.call("GET", `${path}/0`, { token })).body.items).toHaveLength(1);
    const lobby = await world.call("GET", `${world.channel}/events/0`, { token: neighbour });
    expect(JSON.stringify(lobby.body)).not.toContain(user.id);
  });

  it.each<[what: string, status: number, path: string, body: unknown, who: "account" | "stranger" | "nobody"]>([
    ["without a token", 401, "everyone/lobby/events", body, "nobody"],
    ["from a user of another project", 403, "everyone/lobby/events", body, "stranger"],
    ["to a scope that is none", 400, "all/lobby/events", body, "account"],
    ["to an organization of nobody", 403, "00000000-0000-4000-8000-000000000000/lobby/events", body, "account"],
    ["to a channel that is no name", 404, "everyone/a.b/events", body, "account"],
    ["with a name that is none", 400, "everyone/lobby/events", { event: "a b" }, "account"],
    ["with a field that is not known", 400, "everyone/lobby/events", { ...body, user: "me" }, "account"],
    ["that is too large", 413, "everyone/lobby/events", { event: "a", payload: "x".repeat(16_384) }, "account"],
  ])("refuses an event %s", async (_, status, path, sent, who) => {
    const caller = who === "nobody" ? undefined : who === "account" ? await world.account() : world.stranger();
    const answer = await world.call("POST", `apps/${world.project}/realtime/${path}`, {
      body: sent,
      ...(caller ? { token: await world.token(caller) } : {}),
    });
    expect(answer).toMatchObject({ status });
  });
});
