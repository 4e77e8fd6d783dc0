import { describe, expect, inject, it } from "vitest";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { provideUser } from "../../../../f/lib/redis/ensure_user.ts";
import { inspectUser, lockUser, removeUser, rotateUser } from "../../../../f/lib/redis/lifecycle.ts";
import { userNames } from "../../../../f/lib/redis/project_user.ts";
import { uniqueProject } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { redisOf } from "../../../support/redis_user.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const redis = inject("services").redis;

async function project() {
  const name = uniqueProject();
  const workspace = memoryWorkspace();
  const clock = { now: new Date("2026-03-01T12:00:00Z") };
  const ports = { redis, workspace, now: () => clock.now };
  const made = await provideUser(ports, name);
  return { name, workspace, clock, ports, connection: () => redisOf(workspace, made) };
}

const login = (as: Parameters<typeof sendCommands>[0]) =>
  sendCommands(as, [["PING"]]).then(
    () => "in",
    ({ details }) => details?.reply ?? "lost",
  );

describe("inspectUser", () => {
  it("tells how the user stands without touching it", async () => {
    const { name, ports } = await project();
    const { user } = userNames(name);
    expect(await inspectUser(ports, name)).toBe("right");
    await sendCommands(redis, [["ACL", "SETUSER", user, "allkeys"]]);
    expect(await inspectUser(ports, name)).toBe("different");
    await lockUser(ports, name);
    expect(await inspectUser(ports, name)).toBe("locked");
    await sendCommands(redis, [["ACL", "DELUSER", user]]);
    expect(await inspectUser(ports, name)).toBe("absent");
    const [users] = await sendCommands(redis, [["ACL", "USERS"]]);
    expect(String(users)).not.toContain("twin");
  });
});

describe("lockUser", () => {
  it("ends what is connected, lets nobody in, keeps the keys, and is undone by ensuring", async () => {
    const { name, ports, connection } = await project();
    await sendCommands(connection(), [["SET", `${name}:a`, "1"]]);
    const waiting = login(connection()).then(() =>
      sendCommands(connection(), [["BLPOP", `${name}:queue`, "30"]], { timeoutMs: 20_000 }),
    );
    const lost = expect(waiting).rejects.toMatchObject({ code: "upstream_unreachable" });
    await expect
      .poll(async () => String(await sendCommands(redis, [["CLIENT", "LIST"]])))
      .toMatch(new RegExp(`cmd=blpop user=project-${name}`));
    await lockUser(ports, name);
    await lost;
    expect(await login(connection())).toBe("WRONGPASS");
    await lockUser(ports, name);
    await provideUser(ports, name);
    expect(await sendCommands(connection(), [["GET", `${name}:a`]])).toEqual(["1"]);
  });

  it("is done already for a project without a user", async () => {
    await lockUser({ redis, workspace: memoryWorkspace() }, uniqueProject());
  });
});

describe("removeUser", () => {
  it("leaves nothing of the project and all of its neighbour", async () => {
    const { name, ports, workspace } = await project();
    const neighbour = `${name}-2`;
    await sendCommands(
      redis,
      Array.from({ length: 2500 }, (_, at) => ["SET", `${name}:${at}`, "1"]),
    );
    await sendCommands({ ...redis, db: 5 }, [["SET", `${name}:a`, "1"]]);
    await sendCommands(redis, [["SET", `${neighbour}:a`, "1"]]);
    expect(await removeUser(ports, name)).toEqual({ keys: 2501 });
    expect(await inspectUser(ports, name)).toBe("absent");
    expect([...workspace.secrets, ...workspace.resources]).toEqual([]);
    expect(
      await sendCommands(redis, [
        ["KEYS", `${name}:*`],
        ["GET", `${neighbour}:a`],
      ]),
    ).toEqual([[], "1"]);
    expect(await removeUser(ports, name)).toEqual({ keys: 0 });
  });
});

describe("rotateUser", () => {
  it("lets both passwords in until the grace period ends, then only the new one", async () => {
    const { name, ports, clock, connection } = await project();
    const before = connection();
    const { previousValidUntil } = await rotateUser(ports, name, { graceSeconds: 3600 });
    expect(previousValidUntil).toBe("2026-03-01T13:00:00.000Z");
    const after = connection();
    expect(after.password).not.toBe(before.password);
    expect([await login(before), await login(after)]).toEqual(["in", "in"]);
    expect(await provideUser(ports, name)).toMatchObject({ status: "unchanged" });
    expect([await login(before), await login(after)]).toEqual(["in", "in"]);

    clock.now = new Date("2026-03-01T13:00:01Z");
    const lost = expect(
      sendCommands(before, [["BLPOP", `${name}:queue`, "30"]], { timeoutMs: 20_000 }),
    ).rejects.toMatchObject({ code: "upstream_unreachable" });
    await expect
      .poll(async () => String(await sendCommands(redis, [["CLIENT", "LIST"]])))
      .toMatch(new RegExp(`cmd=blpop user=project-${name}`));
    expect(await provideUser(ports, name)).toMatchObject({ status: "updated" });
    await lost; // whoever came in with the old password is out too
    expect([await login(before), await login(after)]).toEqual(["WRONGPASS", "in"]);
    expect(await provideUser(ports, name)).toMatchObject({ status: "unchanged" });
  });

  it("lets the last two in when it happens again within the grace period", async () => {
    const { name, ports, connection } = await project();
    const [first] = [connection(), await rotateUser(ports, name, { graceSeconds: 60 })];
    const [second] = [connection(), await rotateUser(ports, name, { graceSeconds: 60 })];
    expect([await login(first), await login(second), await login(connection())]).toEqual(["WRONGPASS", "in", "in"]);
  });

  it("killed at any call leaves a password in Windmill that works, and converges", async () => {
    for (let at = 1; ; at++) {
      const { name, ports, workspace, connection } = await project();
      const { life, ...kill } = dying(at);
      const mortal = { ...ports, workspace: kill.workspace(workspace) };
      await rotateUser(mortal, name, { graceSeconds: 60 }).catch((error: Error) => error);
      expect(await login(connection())).toBe("in");
      if (!life.died) return expect(at).toBeGreaterThan(4);
      await provideUser(ports, name);
      expect(await login(connection())).toBe("in");
      expect(await provideUser(ports, name)).toMatchObject({ status: "unchanged" });
    }
  });

  it("refuses a project without a user, and one that is locked", async () => {
    const { name, ports } = await project();
    await lockUser(ports, name);
    await expect(rotateUser(ports, name, { graceSeconds: 1 })).rejects.toMatchObject({ code: "conflict" });
    await removeUser(ports, name);
    await expect(rotateUser(ports, name, { graceSeconds: 1 })).rejects.toMatchObject({ code: "not_found" });
  });
});
