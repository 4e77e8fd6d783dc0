import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { writeUser } from "../../../../f/lib/redis/acl.ts";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { ensureUser, provideUser } from "../../../../f/lib/redis/ensure_user.ts";
import { passwordDigest, userNames } from "../../../../f/lib/redis/project_user.ts";
import type { SendCommands } from "../../../../f/lib/redis/rate_limit.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { startRedis } from "../../../support/redis.ts";
import { redisOf } from "../../../support/redis_user.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const admin = inject("services").redis;
const db = testDatabase();

const provide = (project: string, workspace = memoryWorkspace(), redis = admin) =>
  provideUser({ redis, workspace }, project);

describe("provideUser", () => {
  it("makes a user whose connection is kept without its password", async () => {
    const project = uniqueProject("my-");
    const workspace = memoryWorkspace();
    const made = await provide(project, workspace);
    const folder = `f/project_${project.replace("-", "_")}`;
    expect(made).toEqual({
      project,
      user: `project-${project}`,
      prefix: `${project}:`,
      secret: `${folder}/redis_password`,
      resource: `${folder}/redis`,
      status: "created",
    });
    const { host, port } = admin;
    expect(workspace.resources.get(made.resource)).toEqual({
      type: "redis",
      value: { host, port, username: made.user, password: `$var:${made.secret}` },
    });
    const as = redisOf(workspace, made);
    expect(await sendCommands(as, [["ACL", "WHOAMI"]]).catch(({ details }) => details)).toEqual({ reply: "NOPERM" });
    expect(await sendCommands(as, [["SET", `${project}:a`, "1"]])).toEqual(["OK"]);
    expect(await provide(project, workspace)).toEqual({ ...made, status: "unchanged" });
  });

  it.each([
    ["widened keys", ["allkeys"]],
    ["widened commands", ["+@all"]],
    ["a wider channel", ["&other:*"]],
    ["another password", [">guessed"]],
    ["no password at all", ["nopass"]],
    ["a forgotten password", ["resetpass"]],
    ["a missing command", ["-get"]],
    ["a lock", ["off"]],
    ["a selector", ["(+@all ~*)"]],
  ])("puts %s right", async (_, drift) => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const { user } = await provide(project, workspace);
    await sendCommands(admin, [["ACL", "SETUSER", user, ...drift]]);
    expect(await provide(project, workspace)).toMatchObject({ status: "updated" });
    expect(await provide(project, workspace)).toMatchObject({ status: "unchanged" });
  });

  it("puts a lost user and a changed connection right, with the same password", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const made = await provide(project, workspace);
    const before = redisOf(workspace, made);
    await sendCommands(admin, [
      ["SET", `${project}:a`, "1"],
      ["ACL", "DELUSER", made.user],
    ]);
    expect(await provide(project, workspace)).toMatchObject({ status: "created" });
    workspace.resources.set(made.resource, { type: "redis", value: { host: "elsewhere" } });
    expect(await provide(project, workspace)).toMatchObject({ status: "updated" });
    expect(redisOf(workspace, made)).toEqual(before);
    expect(await sendCommands(before, [["GET", `${project}:a`]])).toEqual(["1"]);
  });

  it.each([0, 3])("takes over nobody's keys, in database %i either", async (number) => {
    const project = uniqueProject();
    await sendCommands({ ...admin, db: number }, [["SET", `${project}:queue`, "theirs"]]);
    const workspace = memoryWorkspace();
    await expect(provide(project, workspace)).rejects.toMatchObject({ code: "conflict", hint: /take them over/ });
    expect(workspace.secrets.size).toBe(0);
    expect(await sendCommands(admin, [["ACL", "GETUSER", `project-${project}`]])).toEqual([null]);
  });

  it("does not keep connected apps out when there is nothing to do", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const as = redisOf(workspace, await provide(project, workspace));
    const listening = sendCommands(as, [["BLPOP", `${project}:queue`, "1"]]);
    await provide(project, workspace);
    expect(await listening).toEqual([null]);
  });
});

describe("ensureUser", () => {
  it("makes ten projects for ten callers, and one for ten callers of one", async () => {
    const workspace = memoryWorkspace();
    const same = uniqueProject();
    const ensure = (project: string) =>
      withPostgres(db, (sql) => ensureUser({ sql, redis: admin, workspace }, project));
    const projects = Array.from({ length: 10 }, () => uniqueProject());
    const results = await Promise.all([...projects, ...Array(10).fill(same)].map(ensure));
    const statuses = results.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(11).fill("created"), ...Array(9).fill("unchanged")]);
  });

  it.each(["before", "after"] as const)("killed at any call, %s it is done, goes on where it was", async (when) => {
    for (let at = 1; ; at++) {
      const project = uniqueProject();
      const workspace = memoryWorkspace();
      const { life, ...kill } = dying(at, when);
      const ensure = (mortal: boolean) =>
        withPostgres(db, (sql) =>
          ensureUser(
            mortal
              ? { sql: kill.sql(sql), redis: admin, workspace: kill.workspace(workspace) }
              : { sql, redis: admin, workspace },
            project,
          ),
        );
      await ensure(true).catch((error: Error) => error);
      if (!life.died) return expect(at).toBeGreaterThan(8);
      const again = await ensure(false);
      expect(await ensure(false)).toMatchObject({ status: "unchanged" });
      expect(await sendCommands(redisOf(workspace, again), [["PING"]])).toEqual(["PONG"]);
    }
  });
});

describe("a Redis that is restarted", () => {
  let own: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    own = await startRedis();
  });
  afterAll(() => own?.remove());

  it("still has the user", async () => {
    const workspace = memoryWorkspace();
    const project = uniqueProject();
    const made = await provide(project, workspace, own.redis);
    await own.restart();
    expect(await sendCommands(redisOf(workspace, made), [["SET", `${project}:a`, "1"]])).toEqual(["OK"]);
    expect(await provide(project, workspace, own.redis)).toMatchObject({ status: "unchanged" });
  });

  it("saves a user that a killed job left unsaved", async () => {
    const workspace = memoryWorkspace();
    const project = uniqueProject();
    const made = await provide(project, workspace, own.redis);
    const send: SendCommands = (commands) => sendCommands(own.redis, commands);
    await send([
      ["ACL", "DELUSER", made.user],
      ["ACL", "SAVE"],
    ]);
    const as = redisOf(workspace, made);
    await writeUser(send, userNames(project), [passwordDigest(as.password as string)]);
    expect(await provide(project, workspace, own.redis)).toMatchObject({ status: "unchanged" });
    await own.restart();
    expect(await sendCommands(as, [["GET", `${project}:a`]])).toEqual([null]);
  });

  it("makes no user with a login that may not save it", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    await sendCommands(own.redis, [["ACL", "SETUSER", "fixed", "on", ">pw", "~*", "&*", "+@all", "-acl|save"]]);
    const failure = await provide(project, workspace, { ...own.redis, username: "fixed", password: "pw" }).catch(
      (error) => error,
    );
    expect(failure).toMatchObject({ code: "upstream_failed", details: { reply: "NOPERM" } });
    expect(await sendCommands(own.redis, [["ACL", "GETUSER", `project-${project}`]])).toEqual([null]);
  });
});
