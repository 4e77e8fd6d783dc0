import { beforeAll, describe, expect, inject, it, vi } from "vitest";
import { schemaOf } from "../../../../f/lib/names.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import type { SendCommands } from "../../../../f/lib/redis/rate_limit.ts";
import type { PostgresqlValue } from "../../../../f/lib/resources.ts";
import { ensureWaitlist } from "../../../../f/lib/waitlist/ensure.ts";
import { type SignUpPorts, signUp } from "../../../../f/lib/waitlist/sign_up.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";

const db = testDatabase();
const project = `my-${uniqueProject()}`;
const redis: SendCommands = (commands) => sendCommands(inject("services").redis, commands);
let app: PostgresqlValue;
let ports: SignUpPorts;
let callers = 0;

beforeAll(() =>
  withPostgres(db, async (sql) => {
    ({ app } = await projectSchema(sql, db, project));
    await ensureWaitlist(sql, project);
    ports = { connect: (work) => withPostgres(app, work), redis };
  }),
);

/** Each call comes from somebody else, unless it says from whom. */
const join = (signup: Partial<Parameters<typeof signUp>[1]>, through = ports) =>
  signUp(through, { project, client: `client-${callers++}`, ...signup });

const list = async (email: string) => {
  const found = await withPostgres(db, (sql) =>
    sql.query(`select email, email_key, name, source from ${schemaOf(project)}.waitlist_signup where email_key = $1`, [
      email,
    ]),
  );
  return found.rows;
};

describe("signUp", () => {
  it("keeps the address as given, its key, and where it came from", async () => {
    const answer = await join({ email: " Ada@Example.com ", name: "Ada", source: "hero" });
    expect(answer).toEqual({ status: "subscribed" });
    expect(await list("ada@example.com")).toEqual([
      { email: "Ada@Example.com", email_key: "ada@example.com", name: "Ada", source: "hero" },
    ]);
  });

  it("answers the same for an address that is on the list, and keeps the first", async () => {
    const first = await join({ email: "bob@example.com", source: "hero" });
    const again = await join({ email: "BOB@EXAMPLE.COM", source: "footer", name: "Mallory" });
    expect(again).toEqual(first);
    expect(await list("bob@example.com")).toMatchObject([{ email: "bob@example.com", source: "hero", name: null }]);
  });

  it("keeps one when the same address comes many times at once", async () => {
    await Promise.all(Array.from({ length: 8 }, () => join({ email: "carol@example.com" })));
    expect(await list("carol@example.com")).toHaveLength(1);
  });

  it("answers a bot that fills the hidden field the same, and keeps nothing", async () => {
    const connect = vi.fn();
    const answer = await join({ email: "bot@example.com", website: "https://spam.example" }, { redis, connect });
    expect(answer).toEqual({ status: "subscribed" });
    expect(connect).not.toHaveBeenCalled();
  });

  it("treats SQL in every field as text", async () => {
    const evil = "'); drop table waitlist_signup; --";
    await join({ email: "o'hara@example.com", name: evil, source: evil });
    expect(await list("o'hara@example.com")).toMatchObject([{ name: evil, source: evil }]);
  });

  it("refuses what is no address before it asks anybody", async () => {
    const untouched = { redis: vi.fn(), connect: vi.fn() };
    for (const email of [undefined, "", "ada", "ada@example", "ada@example.com\r\nBcc: eve@example.com"]) {
      await expect(join({ email }, untouched)).rejects.toMatchObject({ code: "invalid_input", status: 400 });
    }
    expect(untouched.redis).not.toHaveBeenCalled();
    expect(untouched.connect).not.toHaveBeenCalled();
  });

  it("lets one client sign up ten times in a row and no more, without stopping others", async () => {
    const mine = { client: "one-office" };
    for (let one = 0; one < 10; one++) await join({ ...mine, email: `office${one}@example.com` });
    await expect(join({ ...mine, email: "office10@example.com" })).rejects.toMatchObject({
      code: "rate_limited",
      status: 429,
      details: { retryAfterSeconds: expect.any(Number) },
    });
    expect(await list("office10@example.com")).toEqual([]);
    await join({ email: "elsewhere@example.com" });
  });

  it("limits each project on its own", async () => {
    const kept = { redis: vi.fn(async () => [0]), connect: vi.fn(async () => undefined as never) };
    await join({ email: "a@b.co", client: "c" }, kept);
    const words = kept.redis.mock.calls.flat(3) as unknown as string[];
    expect(words.filter((word) => word.startsWith("run8n:"))).toEqual([
      `run8n:${project}:ratelimit:waitlist:c`,
      `run8n:${project}:ratelimit:waitlist:all`,
    ]);
  });

  it("takes sign-ups without Redis, and says in the log that nothing was counted", async () => {
    const log = vi.spyOn(console, "warn").mockImplementation(() => {});
    const gone: SendCommands = (commands) => sendCommands({ host: "127.0.0.1", port: 1 }, commands);
    expect(await join({ email: "dora@example.com" }, { ...ports, redis: gone })).toEqual({ status: "subscribed" });
    expect(await list("dora@example.com")).toHaveLength(1);
    expect(log).toHaveBeenCalledWith(expect.stringContaining("not counted"));
    log.mockRestore();
  });

  it("fails when the database is gone, rather than say that somebody is on the list", async () => {
    const gone = {
      ...ports,
      connect: <T>(work: Parameters<typeof withPostgres<T>>[1]) => withPostgres({ ...app, port: 1 }, work),
    };
    await expect(join({ email: "eve@example.com" }, gone)).rejects.toMatchObject({ status: 502, retryable: true });
  });
});
