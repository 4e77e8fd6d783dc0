import { describe, expect, inject, it } from "vitest";
import { main as ensureUser } from "../../../../f/infra/redis/ensure_user.ts";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { type Redis, resource } from "../../../../f/lib/resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";
import { HOSTILE_NAMES } from "../../../support/names.ts";
import { startRedis } from "../../../support/redis.ts";

const db = testDatabase();
const { redis } = inject("services");
const jobs = jobsEngine();

describe("ensure_user", () => {
  it("leaves a connection in Windmill that scripts resolve and log in with, and whose password stays secret", async () => {
    const project = `my-${uniqueProject()}`;
    const result = await ensureUser(project, redis, db);
    const connection = await resource<Redis>(`$res:${result.resource}`);
    expect(await sendCommands(connection, [["SET", `${project}:a`, "1"]])).toEqual(["OK"]);
    expect(JSON.stringify(result)).not.toContain(connection.password);
    const variable = await jobs.engine.api(`/w/{w}/variables/get/${result.secret}?decrypt_secret=false`);
    expect(await variable.json()).toMatchObject({ is_secret: true, value: null });
    expect(await ensureUser(project, redis, db)).toEqual({ ...result, status: "unchanged" });
  });

  it("refuses every value that is no project name, does not repeat it, and makes nobody", async () => {
    const own = await startRedis();
    for (const [what, value] of HOSTILE_NAMES) {
      const failure = await ensureUser(value as string, own.redis, db).catch((error: Error) => error);
      expect(failure, what).toMatchObject({ code: "invalid_input", status: 400 });
      const told = JSON.stringify({ ...(failure as Error), text: String(failure) });
      if (typeof value === "string" && value.length > 2) expect(told, what).not.toContain(value);
    }
    expect(await sendCommands(own.redis, [["ACL", "USERS"]])).toEqual([["default"]]);
    await own.remove();
  });
});
