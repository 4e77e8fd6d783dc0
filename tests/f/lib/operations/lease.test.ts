import { afterEach, describe, expect, it, vi } from "vitest";
import { operate } from "../../../../f/lib/operations/operate.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";

const db = testDatabase();
afterEach(() => vi.useRealTimers());

describe.each([
  ["ahead", 6],
  ["behind", -6],
])("a lease, for a caller whose clock is hours %s", (_, hours) => {
  /** From here on, `Date` is that much off; timers go on. */
  const setClock = () => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + hours * 3_600_000 });

  it("steals no lease from a holder whose clock is right", async () => {
    const project = uniqueProject();
    await withPostgres(db, (sql) =>
      withPostgres(db, (other) =>
        operate({ sql, verb: "v", project, arguments: {}, leaseSeconds: 60 }, async () => {
          setClock();
          const second = operate({ sql: other, verb: "v", project, arguments: {}, waitSeconds: 0.3 }, async () => ({}));
          await expect(second).rejects.toMatchObject({ code: "locked" });
          return {};
        }),
      ),
    );
  });

  it.each([
    ["keeps no lease beyond its end", 0, "takes over"],
    ["loses no lease before its end", 60, "is refused"],
  ])("%s: after %d seconds the next %s", async (_, leaseSeconds) => {
    const project = uniqueProject();
    await withPostgres(db, (sql) =>
      withPostgres(db, async (other) => {
        const next = (waitSeconds: number) =>
          operate({ sql: other, verb: "next", project, arguments: {}, waitSeconds }, async () => ({}));
        setClock();
        await operate({ sql, verb: "v", project, arguments: {}, leaseSeconds }, async () => {
          vi.useRealTimers();
          if (leaseSeconds === 0) return next(5);
          await expect(next(0)).rejects.toMatchObject({ code: "locked" });
          return {};
        });
      }),
    );
  });

  it("writes down no time but that of Postgres, and waits as long as it said", async () => {
    const project = uniqueProject();
    const waited = await withPostgres(db, (sql) =>
      withPostgres(db, (other) =>
        operate({ sql, verb: "v", project, arguments: {}, leaseSeconds: 60 }, async () => {
          const started = performance.now();
          // The clock is set while it waits.
          const sleep = async () => {
            setClock();
            await sql.query("select pg_sleep(0.1)");
          };
          const second = operate(
            { sql: other, verb: "v", project, arguments: {}, waitSeconds: 0.3, sleep },
            async () => ({}),
          );
          await expect(second).rejects.toMatchObject({ code: "locked" });
          return { seconds: (performance.now() - started) / 1000 };
        }),
      ),
    );
    expect(waited.seconds).toBeGreaterThan(0.25);
    expect(waited.seconds).toBeLessThan(5);
    await withPostgres(db, async (sql) => {
      await operate({ sql, verb: "v", project, arguments: {}, leaseSeconds: 60 }, async () => ({}));
      const { rows } = await sql.query(
        `select abs(extract(epoch from clock_timestamp() - started_at)) < 60 as operation,
                abs(extract(epoch from clock_timestamp() - taken_at)) < 60 as taken,
                abs(extract(epoch from clock_timestamp() - expires_at)) < 60 as freed
           from run8n.operation join run8n.lease on key = 'project:' || project where project = $1`,
        [project],
      );
      expect(rows).toEqual(rows.map(() => ({ operation: true, taken: true, freed: true })));
    });
  });
});
