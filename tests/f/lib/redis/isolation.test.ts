import { beforeAll, describe, expect, inject, it } from "vitest";
import { readUser } from "../../../../f/lib/redis/acl.ts";
import { type Reply, sendCommands } from "../../../../f/lib/redis/commands.ts";
import { provideUser } from "../../../../f/lib/redis/ensure_user.ts";
import { passwordDigest, userNames } from "../../../../f/lib/redis/project_user.ts";
import type { RedisValue } from "../../../../f/lib/resources.ts";
import { uniqueProject } from "../../../support/database.ts";
import { redisOf } from "../../../support/redis_user.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const admin = inject("services").redis;
const workspace = memoryWorkspace();
const [mine, theirs] = [uniqueProject(), uniqueProject()];
let as: RedisValue;
let digests: string[];

beforeAll(async () => {
  as = redisOf(workspace, await provideUser({ redis: admin, workspace }, mine));
  digests = [passwordDigest(as.password as string)];
  await provideUser({ redis: admin, workspace }, theirs);
  await sendCommands(admin, [
    ["SET", `${theirs}:text`, "kept"],
    ["RPUSH", `${theirs}:list`, "kept"],
    ["ZADD", `${theirs}:sorted`, "1", "kept"],
    ["XADD", `${theirs}:stream`, "1-1", "text", "kept"],
    ["SET", `run8n:${mine}:ratelimit:x`, "kept"],
    ["GEOADD", `${mine}:places`, "13.4", "52.5", "here"],
    ["SET", `${mine}:text`, "mine"],
    ["RPUSH", `${mine}:list`, "mine"],
  ]);
});

/** What one project tries on another and on the server; each must be refused, and leave nothing behind. */
const ATTACKS: Record<string, string[]> = {
  "read a key": ["GET", "THEIRS:text"],
  "read a key among its own": ["MGET", "MINE:text", "THEIRS:text"],
  "read a key of run8n's": ["GET", "run8n:MINE:ratelimit:x"],
  "read a key without a prefix": ["GET", "text"],
  "read a key whose name only begins like its own": ["GET", "MINE"],
  "write a key": ["SET", "THEIRS:text", "x"],
  "write a key among its own": ["MSET", "MINE:text", "x", "THEIRS:text", "x"],
  "delete a key": ["DEL", "THEIRS:text"],
  "unlink a key": ["UNLINK", "THEIRS:text"],
  "let a key expire": ["EXPIRE", "THEIRS:text", "1"],
  "rename a key into its own": ["RENAME", "THEIRS:text", "MINE:stolen"],
  "rename a key into theirs": ["RENAME", "MINE:text", "THEIRS:text"],
  "copy a key": ["COPY", "THEIRS:text", "MINE:stolen"],
  "copy a key to another database": ["COPY", "THEIRS:text", "THEIRS:text", "DB", "1"],
  "move a key to another database": ["MOVE", "THEIRS:text", "1"],
  "dump a key": ["DUMP", "THEIRS:text"],
  "ask whether a key exists": ["EXISTS", "THEIRS:text"],
  "ask how a key is stored": ["OBJECT", "ENCODING", "THEIRS:text"],
  "ask how large a key is": ["MEMORY", "USAGE", "THEIRS:text"],
  "store a union in theirs": ["ZUNIONSTORE", "THEIRS:sorted", "1", "MINE:sorted"],
  "store a union of theirs": ["ZUNIONSTORE", "MINE:stolen", "1", "THEIRS:sorted"],
  "store a search in theirs": ["GEORADIUS", "MINE:places", "13", "52", "99", "km", "STORE", "THEIRS:stolen"],
  "wait for a list of theirs": ["BLPOP", "MINE:empty", "THEIRS:list", "0.01"],
  "move from a list of theirs": ["LMOVE", "THEIRS:list", "MINE:list", "LEFT", "LEFT"],
  "read a stream": ["XREAD", "STREAMS", "THEIRS:stream", "0"],
  "join a stream's readers": ["XGROUP", "CREATE", "THEIRS:stream", "mine", "0"],
  "sort by keys of theirs": ["SORT", "MINE:list", "BY", "nosort", "GET", "THEIRS:text"],
  "read from a script": ["EVAL", "return redis.call('GET', KEYS[1])", "1", "THEIRS:text"],
  "read from a script that does not say so": ["EVAL", "return redis.call('GET', 'THEIRS:text')", "0"],
  "write from a script": ["EVAL", "return redis.call('SET', 'THEIRS:text', 'x')", "0"],
  "ask for the server from a script": ["EVAL", "return redis.call('CONFIG', 'GET', 'dir')", "0"],
  "list keys": ["SCAN", "0"],
  "list keys by pattern": ["KEYS", "THEIRS:*"],
  "take any key": ["RANDOMKEY"],
  "count keys": ["DBSIZE"],
  "watch a key": ["WATCH", "THEIRS:text"],
  "publish to a channel": ["PUBLISH", "THEIRS:news", "x"],
  "publish to a shard channel": ["SPUBLISH", "THEIRS:news", "x"],
  "listen to a channel": ["SUBSCRIBE", "THEIRS:news"],
  "listen to a pattern": ["PSUBSCRIBE", "THEIRS:*"],
  "listen to everything": ["PSUBSCRIBE", "*"],
  "listen to a wider pattern than its own": ["PSUBSCRIBE", "MINE*"],
  "listen to what happens to keys": ["PSUBSCRIBE", "__keyspace@0__:*"],
  "list channels": ["PUBSUB", "CHANNELS"],
  "follow all keys": ["CLIENT", "TRACKING", "ON", "BCAST"],
  "list connections": ["CLIENT", "LIST"],
  "end connections": ["CLIENT", "KILL", "USER", "default"],
  "hold everybody up": ["CLIENT", "PAUSE", "1000"],
  "watch all commands": ["MONITOR"],
  "read the slow log": ["SLOWLOG", "GET"],
  "read settings": ["CONFIG", "GET", "*"],
  "change settings": ["CONFIG", "SET", "dir", "/tmp"],
  "read statistics": ["INFO"],
  "list users": ["ACL", "LIST"],
  "widen its own rights": ["ACL", "SETUSER", "project-MINE", "allkeys"],
  "load a function": ["FUNCTION", "LOAD", "#!lua name=mine\nredis.register_function('f', function() end)"],
  "remove functions": ["FUNCTION", "FLUSH"],
  "remove everybody's scripts": ["SCRIPT", "FLUSH"],
  "load a module": ["MODULE", "LOAD", "/tmp/x.so"],
  "empty the database": ["FLUSHDB"],
  "empty the server": ["FLUSHALL"],
  "swap databases": ["SWAPDB", "0", "1"],
  "write the database to disk": ["SAVE"],
  "copy itself from elsewhere": ["REPLICAOF", "127.0.0.1", "1"],
  "send a key elsewhere": ["MIGRATE", "127.0.0.1", "1", "MINE:text", "0", "10"],
  "shut the server down": ["SHUTDOWN", "NOSAVE"],
  "halt the server": ["DEBUG", "SEGFAULT"],
};

const filled = (command: string[]) => command.map((word) => word.replaceAll("THEIRS", theirs).replaceAll("MINE", mine));

const everything = async (): Promise<Reply[]> => [
  await readUser((commands) => sendCommands(admin, commands), userNames(mine), digests),
  ...(await sendCommands(admin, [
    ["GET", `${theirs}:text`],
    ["LRANGE", `${theirs}:list`, "0", "-1"],
    ["ZRANGE", `${theirs}:sorted`, "0", "-1"],
    ["XRANGE", `${theirs}:stream`, "-", "+"],
    ["XINFO", "GROUPS", `${theirs}:stream`],
    ["PTTL", `${theirs}:text`],
    ["EXISTS", `${mine}:stolen`, `${theirs}:stolen`],
    ["LRANGE", `${mine}:list`, "0", "-1"],
    ["FUNCTION", "LIST"],
  ])),
];

describe("a project's Redis user", () => {
  it.each(Object.entries(ATTACKS))("cannot %s", async (_, attack) => {
    const before = await everything();
    const refused = await sendCommands(as, [filled(attack)]).catch((error) => error);
    // A script reports what its command met; these two are switched off for everybody.
    const word = ["EVAL", "MODULE", "DEBUG"].includes(attack[0] ?? "") ? /^(NOPERM|ERR)$/ : /^NOPERM$/;
    expect(refused).toMatchObject({ code: "upstream_failed", details: { reply: expect.stringMatching(word) } });
    expect(await everything()).toEqual(before);
  });

  it("may use none of the commands that Redis calls administrative or dangerous", async () => {
    const categories = ["admin", "dangerous"].map((category) => ["ACL", "CAT", category]);
    const commands = [...new Set((await sendCommands(admin, categories)).flat() as string[])];
    const [infos] = await sendCommands(admin, [["COMMAND", "INFO", ...commands]]);
    const tries = (infos as [name: string, arity: number][]).map(([name, arity]) => {
      const words = name.split("|");
      return ["ACL", "DRYRUN", `project-${mine}`, ...words, ...Array(Math.abs(arity) - words.length).fill("1")];
    });
    const answers = await sendCommands(admin, tries);
    const allowed = commands.filter((_, at) => !/no permissions to run/.test(String(answers[at])));
    expect(allowed).toEqual([]);
    expect(commands.length).toBeGreaterThan(60);
  });

  it.each([
    ["keys of its own", ["SET", "MINE:a", "1"], "OK"],
    ["hashes", ["HSET", "MINE:hash", "field", "1"], 1],
    ["expiry", ["SET", "MINE:b", "1", "PX", "60000"], "OK"],
    ["walking one of its keys", ["HSCAN", "MINE:hash", "0"], ["0", ["field", "1"]]],
    ["publishing", ["PUBLISH", "MINE:news", "x"], 0],
    ["scripts", ["EVAL", "return redis.call('INCR', KEYS[1])", "1", "MINE:counter"], 1],
    ["streams", ["XADD", "MINE:stream", "1-1", "a", "b"], "1-1"],
    ["the time", ["CLIENT", "SETNAME", "app"], "OK"],
    ["another database", ["SELECT", "0"], "OK"],
  ])("may use %s", async (_, command, answer) => {
    expect(await sendCommands(as, [filled(command)])).toEqual([answer]);
  });

  it("may listen to all of its channels at once", async () => {
    const [reply] = await sendCommands(as, [["PSUBSCRIBE", `${mine}:*`]]);
    expect(reply).toBe(1);
  });
});
