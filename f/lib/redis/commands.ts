import { UpstreamError } from "../errors.ts";
import type { RedisValue } from "../resources.ts";

/** What Redis answers: text, a number, nothing, or a list of these. */
export type Reply = string | number | null | Reply[];

/**
 * Sends the commands as one pipeline over a connection of their own and returns their replies in order.
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
  const { host, port, db, username, password, ssl } = redis;
  const { Redis } = await import("ioredis"); // only where there is something to send: loading it takes a while
  const client = new Redis({
    host,
    port,
    ...(db ? { db } : {}),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(ssl ? { tls: { servername: host } } : {}),
    lazyConnect: true,
    enableReadyCheck: false, // it sends INFO, which a project's own user may not
    maxRetriesPerRequest: 0,
    disconnectTimeout: 50, // a server that hangs does not say goodbye either
    retryStrategy: () => null,
  });
  let lost: unknown = new Error(`no answer within ${timeoutMs} ms`);
  client.on("error", (error) => {
    lost = error;
  });
  // One deadline for connecting, login and all replies together.
  const deadline = setTimeout(() => client.disconnect(), timeoutMs);
  try {
    await client.connect();
    const pipeline = client.pipeline();
    for (const [name = "", ...args] of commands) pipeline.call(name, ...args);
    return ((await pipeline.exec()) ?? []).map(([error, reply]) => {
      if (error) throw error;
      return reply as Reply;
    });
  } catch (error) {
    const word = refusalOf(error) ?? refusalOf(lost);
    throw word ? refused(redis, word) : unreachable(redis, lost);
  } finally {
    clearTimeout(deadline);
    client.disconnect();
  }
}

/** Redis's word for why (`NOPERM`, `WRONGPASS`, ...); the rest of its text may repeat arguments. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== "ReplyError") return undefined;
  return /^[A-Z]+\b/.exec(error.message)?.[0] ?? "ERR";
}

const refused = ({ host, port }: RedisValue, word: string) =>
  new UpstreamError(`Redis at ${host}:${port} refused a command (${word})`, {
    hint: "Check the user, password and access rules of the Redis resource.",
    details: { reply: word },
  });

const unreachable = ({ host, port }: RedisValue, cause: unknown) =>
  new UpstreamError(`Redis at ${host}:${port} did not answer`, {
    code: "upstream_unreachable",
    hint: "Check that Redis runs and that the resource names its host and port.",
    retryable: true,
    cause,
  });
