import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, inject, it } from "vitest";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { uniqueProject } from "../../../support/database.ts";

const redis = inject("services").redis;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that greets every connection with the given bytes, or with silence. */
async function speaking(bytes?: string): Promise<{ host: string; port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    if (bytes !== undefined) socket.end(bytes);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { host: "127.0.0.1", port: (server.address() as { port: number }).port };
}

describe("sendCommands", () => {
  it("answers with one reply per command, in order, whatever their kind", async () => {
    const key = uniqueProject("run8n:test:");
    const replies = await sendCommands(redis, [
      ["PING"],
      ["SET", key, "zwölf\r\n*1\r\n$4\r\nPING"],
      ["GET", key],
      ["GET", `${key}:missing`],
      ["STRLEN", key],
      ["EVAL", "return {1, 'two', {'three'}}", "0"],
      ["DEL", key],
    ]);
    expect(replies).toEqual(["PONG", "OK", "zwölf\r\n*1\r\n$4\r\nPING", null, 20, [1, "two", ["three"]], 1]);
  });

  it("reads a reply that arrives in many pieces", async () => {
    const big = "é".repeat(300_000);
    const key = uniqueProject("run8n:test:");
    const [, read] = await sendCommands(redis, [
      ["SET", key, big, "PX", "60000"],
      ["GET", key],
    ]);
    expect(read).toBe(big);
  });

  it("speaks to the database that the resource names", async () => {
    const key = uniqueProject("run8n:test:");
    await sendCommands({ ...redis, db: 1 }, [["SET", key, "1", "PX", "60000"]]);
    expect(await sendCommands(redis, [["EXISTS", key]])).toEqual([0]);
    expect(await sendCommands({ ...redis, db: 1 }, [["EXISTS", key]])).toEqual([1]);
  });

  it.each([
    ["a wrong password", { ...redis, password: "not-it" }, "WRONGPASS"],
    ["an unknown user", { ...redis, username: "nobody" }, "WRONGPASS"],
    ["no password", { ...redis, password: undefined }, "NOAUTH"],
  ])("says that Redis refused %s, without repeating it", async (_, value, word) => {
    const failure = await sendCommands(value, [["PING"]]).catch((error) => error);
    expect(failure).toMatchObject({ code: "upstream_failed", status: 502, details: { reply: word } });
    expect(JSON.stringify({ ...failure, message: failure.message })).not.toContain("not-it");
  });

  it("does not repeat the arguments of a command that Redis refused", async () => {
    const failure = await sendCommands(redis, [["NONSENSE", "s3cret"]]).catch((error) => error);
    expect(failure).toMatchObject({ code: "upstream_failed", details: { reply: "ERR" } });
    expect(JSON.stringify({ ...failure, message: failure.message })).not.toContain("s3cret");
  });

  it.each([
    ["nobody listens", async () => ({ host: "127.0.0.1", port: 1 })],
    ["the server says nothing", () => speaking()],
    ["the server hangs up", () => speaking("")],
    ["the server hangs up in the middle of a reply", () => speaking("$10\r\nabc")],
    ["the server speaks something else", () => speaking("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ])("gives up when %s", async (_, address) => {
    const failing = sendCommands(await address(), [["PING"]], { timeoutMs: 200 });
    await expect(failing).rejects.toMatchObject({ code: "upstream_unreachable", status: 502, retryable: true });
  });
});
