import { describe, expect, it } from "vitest";
import { listPresence, updatePresence } from "../../../../f/lib/realtime/presence.ts";
import { projectOnRedis } from "./realtime.ts";

const { project, send } = projectOnRedis();
const [ada, bob] = ["0b0f1c2e-0000-4000-8000-00000000000a", "0b0f1c2e-0000-4000-8000-00000000000b"];
let channels = 0;
const fresh = () => ({ scope: "everyone", channel: `room-${channels++}` });
const users = ({ items }: Awaited<ReturnType<typeof listPresence>>) => items.map(({ user }) => user);

describe("presence", () => {
  it("lists who has said that they are there, each once, and until when that holds", async () => {
    const channel = fresh();
    await updatePresence(send, { project, channel, user: ada });
    await updatePresence(send, { project, channel, user: bob, state: "here" });
    const here = await updatePresence(send, { project, channel, user: ada });
    expect(users(here).sort()).toEqual([ada, bob]);
    expect(await listPresence(send, { project, channel })).toEqual(here);
    for (const { until } of here.items) {
      const seconds = (Date.parse(until) - Date.now()) / 1000;
      expect(seconds).toBeGreaterThan(50);
      expect(seconds).toBeLessThanOrEqual(61);
    }
  });

  it("forgets who leaves, and who has not been heard of", async () => {
    const channel = fresh();
    for (const user of [ada, bob]) await updatePresence(send, { project, channel, user });
    expect(users(await updatePresence(send, { project, channel, user: ada, state: "gone" }))).toEqual([bob]);
    await send([["ZADD", `${project}:presence:everyone:${channel.channel}`, "1", bob]]);
    expect(await listPresence(send, { project, channel })).toEqual({ items: [] });
  });

  it("keeps channels and scopes apart, and nothing of a channel that all have left", async () => {
    const channel = fresh();
    await updatePresence(send, { project, channel, user: ada });
    expect(await listPresence(send, { project, channel: { ...channel, scope: bob } })).toEqual({ items: [] });
    const [left] = await send([["PTTL", `${project}:presence:everyone:${channel.channel}`]]);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  it("refuses a state that is none, and a user who calls all the time", async () => {
    const channel = fresh();
    await expect(updatePresence(send, { project, channel, user: ada, state: "busy" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    const calls = Array.from({ length: 70 }, () => updatePresence(send, { project, channel, user: bob }));
    const refused = (await Promise.allSettled(calls)).filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    expect(refused).toMatchObject(refused.map(() => ({ reason: { code: "rate_limited" } })));
  });
});
