import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { UpstreamError } from "../errors.ts";
import type { RedisValue } from "../resources.ts";
import { decodeReplies, encodeCommand, type Reply, ReplyError } from "./reply.ts";

/**
 * Sends the commands over a connection of their own and returns their replies: one round trip after the connection
 * stands. Every call of a public route comes through here in a process that has just started, which is why this is not
 * a full client: loading one costs 20 ms of that process, this costs none.
 *
 * Throws Upstream: `upstream_unreachable` (retryable) when Redis did not answer within `timeoutMs` or closed the
 * connection, `upstream_failed` when it refused the login or a command; a refusal carries Redis's word for it in
 * `details.reply`, never the command.
 */
export async function sendCommands(
  redis: RedisValue,
  commands: readonly (readonly string[])[],
  { timeoutMs = 2000 }: { timeoutMs?: number } = {},
): Promise<Reply[]> {
  const opening = openingCommands(redis);
  const replies = await exchange(redis, [...opening, ...commands], timeoutMs);
  const refusal = replies.find((reply): reply is ReplyError => reply instanceof ReplyError);
  if (refusal) {
    throw new UpstreamError(`Redis at ${redis.host}:${redis.port} refused a command (${refusal.word})`, {
      hint: "Check the user, password and access rules of the Redis resource.",
      details: { reply: refusal.word },
    });
  }
  return replies.slice(opening.length);
}

function openingCommands({ username, password, db }: RedisValue): string[][] {
  return [
    ...(password ? [["AUTH", ...(username ? [username] : []), password]] : []),
    ...(db ? [["SELECT", String(db)]] : []),
  ];
}

function exchange(redis: RedisValue, commands: readonly (readonly string[])[], timeoutMs: number): Promise<Reply[]> {
  return new Promise((resolve, reject) => {
    const socket: Socket = redis.ssl
      ? connectTls({ host: redis.host, port: redis.port, servername: redis.host })
      : connectPlain({ host: redis.host, port: redis.port });
    let received: Buffer = Buffer.alloc(0);
    const fail = (cause: unknown) => {
      clearTimeout(deadline);
      socket.destroy();
      reject(
        new UpstreamError(`Redis at ${redis.host}:${redis.port} did not answer`, {
          code: "upstream_unreachable",
          hint: "Check that Redis runs and that the resource names its host and port.",
          retryable: true,
          cause,
        }),
      );
    };
    // A timer and not socket.setTimeout: that one starts anew with every byte that trickles in.
    const deadline = setTimeout(() => fail(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    socket.on("error", fail);
    socket.on("close", () => fail(new Error("connection closed")));
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      try {
        const replies = decodeReplies(received);
        if (replies.length < commands.length) return;
        clearTimeout(deadline);
        socket.destroy();
        resolve(replies);
      } catch (cause) {
        fail(cause);
      }
    });
    socket.write(commands.map(encodeCommand).join(""));
  });
}
