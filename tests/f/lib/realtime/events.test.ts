import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { listEvents, publishEvent } from "../../../../f/lib/realtime/events.ts";
import { projectOnRedis } from "./realtime.ts";

const { project, send, own } = projectOnRedis();
const user = "0b0f1c2e-0000-4000-8000-000000000001";
let channels = 0;
const fresh = () => ({ scope: "everyone", channel: `room-${channels++}` });
const publish = (channel: ReturnType<typeof fresh>, event: unknown, payload?: unknown, by = user) =>
  publishEvent(send, { project, channel, user: by, event, payload });

describe("publishEvent", () => {
  it("reaches whoever listens to the channel, with who sent it and when, and nobody else", async () => {
    const channel = fresh();
    const { host, port, username, password } = own();
    const listener = new Redis({ host, port, username, password, enableReadyCheck: false });
    const heard: unknown[] = [];
    listener.on("message", (_, text) => heard.push(JSON.parse(text)));
    await listener.subscribe(`${project}:events:everyone:${channel.channel}`);
    await publish(fresh(), "elsewhere");
    const sent = await publish(channel, "message.created", { text: 'zwölf "drei"\n', list: [1, null] });
    await expect
      .poll(() => heard)
      .toEqual([{ ...sent, event: "message.created", payload: { text: 'zwölf "drei"\n', list: [1, null] }, user }]);
    listener.disconnect();
  });

  it.each([
    ["nothing", undefined],
    ["an empty name", ""],
    ["a space", "a b"],
    ["65 letters", "a".repeat(65)],
    ["a number", 1],
  ])("refuses %s as the event's name", async (_, event) => {
    const channel = fresh();
    await expect(publish(channel, event)).rejects.toMatchObject({ code: "invalid_input", status: 400 });
    expect((await listEvents(send, { project, channel, after: "0" })).items).toEqual([]);
  });

  it("lets one user send so often and no more, and others go on", async () => {
    const channel = fresh();
    const busy = "0b0f1c2e-0000-4000-8000-00000000000b";
    const outcomes = await Promise.allSettled(Array.from({ length: 130 }, () => publish(channel, "x", 1, busy)));
    expect(outcomes.filter(({ status }) => status === "rejected").length).toBeGreaterThanOrEqual(5);
    await expect(publish(channel, "x", 1, busy)).rejects.toMatchObject({ code: "rate_limited", status: 429 });
    await publish(channel, "x");
  });

  it("forgets events after a day", async () => {
    const channel = fresh();
    await publish(channel, "x");
    const [left] = await send([["PTTL", `${project}:recent:everyone:${channel.channel}`]]);
    expect(left).toBeGreaterThan(23 * 3600 * 1000);
  });
});

describe("listEvents", () => {
  it("goes through what was sent in order, page by page, and goes on from where it was", async () => {
    const channel = fresh();
    const ids: string[] = [];
    const users = Array.from({ length: 5 }, (_, at) => `0b0f1c2e-0000-4000-8000-0000000000c${at}`);
    for (let at = 0; at < 150; at++) ids.push((await publish(channel, "x", at, users[at % 5])).id);
    const first = await listEvents(send, { project, channel, after: "0" });
    const second = await listEvents(send, { project, channel, after: first.nextCursor });
    expect([...first.items, ...second.items].map(({ payload }) => payload)).toEqual([...Array(150).keys()]);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(first.items).toHaveLength(100);
    expect(await listEvents(send, { project, channel, after: second.nextCursor })).toEqual({
      items: [],
      nextCursor: second.nextCursor,
    });
  });

  it("knows nothing of other channels, of other scopes either", async () => {
    const channel = fresh();
    await publish(channel, "x");
    const other = { ...channel, scope: "0b0f1c2e-0000-4000-8000-0000000000ff" };
    expect(await listEvents(send, { project, channel: other, after: "0" })).toEqual({ items: [], nextCursor: "0" });
  });

  it.each(["", "x", "-", "+", "1-2-3", "(0", "9".repeat(16)])("refuses %j as an id", async (after) => {
    await expect(listEvents(send, { project, channel: fresh(), after })).rejects.toMatchObject({ status: 400 });
  });

  it("says so when the app has written something else there", async () => {
    const channel = fresh();
    await send([["XADD", `${project}:recent:everyone:${channel.channel}`, "*", "event", "not JSON"]]);
    await expect(listEvents(send, { project, channel, after: "0" })).rejects.toMatchObject({ code: "upstream_failed" });
  });
});
