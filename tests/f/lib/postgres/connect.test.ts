import { createServer } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { NotFoundError } from "../../../../f/lib/errors.ts";
import { transaction, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { freePort } from "../../../../scripts/stack/process.ts";
import { testDatabase } from "../../../support/database.ts";

const db = testDatabase();

const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => {
      throw new Error("did not fail");
    },
    (error: Error) => error,
  );

const WAIT = { timeout: 20_000 };
describe("withPostgres", () => {
  it("gives the work a connection and answers what it answers", async () => {
    expect(await withPostgres(db, async (sql) => (await sql.query("select $1::int + 1 as sum", [1])).rows)).toEqual([
      { sum: 2 },
    ]);
  });

  it("closes the connection whatever the work does", async () => {
    const pids: number[] = [];
    const pidOf = "select pg_backend_pid() as pid";
    await withPostgres(db, async (sql) => pids.push((await sql.query(pidOf)).rows[0].pid));
    await failureOf(
      withPostgres(db, async (sql) => {
        pids.push((await sql.query(pidOf)).rows[0].pid);
        throw new Error("no");
      }),
    );
    await withPostgres(db, (sql) =>
      vi.waitFor(async () => {
        const { rows } = await sql.query("select pid from pg_stat_activity where pid = any($1)", [pids]);
        expect(rows).toEqual([]);
      }, WAIT),
    );
  });

  it.each([
    ["nobody listens", async () => ({ ...db, port: await freePort() })],
    ["the password is wrong", async () => ({ ...db, password: "hunter2-hunter2" })],
    ["the database does not exist", async () => ({ ...db, dbname: "hunter2-hunter2" })],
  ])("says that Postgres cannot be reached when %s", async (_when, connection) => {
    const failure = await failureOf(withPostgres(await connection(), (sql) => sql.query("select 1")));
    expect(failure).toMatchObject({ code: "upstream_unreachable", status: 502, retryable: true });
    expect(failure.message).not.toContain("hunter2");
    expect(failure.cause).toMatchObject({ code: expect.stringMatching(/^(ECONNREFUSED|28P01|3D000)$/) });
  });

  it("says the same when what listens is no Postgres", async () => {
    const server = createServer((socket) => socket.end("220 mail.example.com ESMTP\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const failure = await failureOf(withPostgres({ ...db, port }, (sql) => sql.query("select 1")));
    server.close();
    expect(failure).toMatchObject({ code: "upstream_unreachable" });
  });

  it.each([
    ["select * from nowhere", "42P01", false],
    ["select 1/0", "22012", false],
    ["do $$ begin raise sqlstate '40001'; end $$", "40001", true],
    ["do $$ begin raise sqlstate '40P01'; end $$", "40P01", true],
    ["do $$ begin raise sqlstate '53300'; end $$", "53300", true],
    ["do $$ begin raise sqlstate '55P03'; end $$", "55P03", true],
  ])("answers for %s with SQLSTATE %s, worth a retry: %s", async (statement, sqlstate, retryable) => {
    const failure = await failureOf(withPostgres(db, (sql) => sql.query(statement)));
    expect(failure).toMatchObject({
      code: "upstream_failed",
      retryable,
      details: { sqlstate },
      hint: expect.any(String),
    });
  });

  it("says that the connection was lost when it is, and that calling again helps", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const failure = await failureOf(
      withPostgres(db, async (sql) => {
        const { pid } = (await sql.query("select pg_backend_pid() as pid")).rows[0];
        await withPostgres(db, (other) => other.query("select pg_terminate_backend($1)", [pid]));
        await vi.waitFor(async () => {
          const lost = await sql.query("select 1").then(
            () => undefined,
            (error: Error) => error,
          );
          expect(lost?.message).toMatch(/not queryable|terminated/);
        }, WAIT);
        await sql.query("select 1");
      }),
    );
    vi.restoreAllMocks();
    expect(failure).toMatchObject({ code: "upstream_unreachable", status: 502, retryable: true });
  });

  it.each([new NotFoundError("ours", { hint: "Look." }), new TypeError("a bug")])(
    "lets %s through as it is",
    async (error) => {
      const failing = withPostgres(db, async () => {
        throw error;
      });
      expect(await failureOf(failing)).toBe(error);
    },
  );
});

describe("transaction", () => {
  it("keeps all or nothing, and tells why", async () => {
    await withPostgres(db, async (sql) => {
      await sql.query("create table kept (id int)");
      expect(await transaction(sql, () => sql.query("insert into kept values (1)").then(() => "done"))).toBe("done");
      const failing = transaction(sql, async () => {
        await sql.query("insert into kept values (2)");
        throw new Error("why");
      });
      await expect(failing).rejects.toThrow("why");
      expect((await sql.query("select id from kept")).rows).toEqual([{ id: 1 }]);
    });
  });
});
