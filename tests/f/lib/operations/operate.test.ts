import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../../f/lib/errors.ts";
import { operate } from "../../../../f/lib/operations/operate.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";

const db = testDatabase();

describe("operate", () => {
  it("records who did what, with what result and how long it took", async () => {
    const project = uniqueProject();
    await withPostgres(db, async (sql) => {
      await operate({ sql, verb: "infra/test/ensure_thing", project, arguments: { project } }, async () => ({
        status: "created",
      }));
      const { rows } = await sql.query("select * from run8n.operation where project = $1", [project]);
      expect(rows).toMatchObject([
        {
          verb: "infra/test/ensure_thing",
          actor: "local",
          status: "succeeded",
          arguments: { project },
          result: { status: "created" },
        },
      ]);
      expect(rows[0].duration_ms).toBeGreaterThanOrEqual(0);
    });
  });

  it("records a failure by its code and frees the project", async () => {
    const project = uniqueProject();
    await withPostgres(db, async (sql) => {
      const operation = { sql, verb: "v", project, arguments: {} };
      const failing = operate(operation, async () => {
        throw new InvalidInputError("no", { hint: "Do not." });
      });
      await expect(failing).rejects.toThrow(InvalidInputError);
      await operate({ ...operation, waitSeconds: 0 }, async () => ({}));
      const { rows } = await sql.query(
        "select status, error from run8n.operation where project = $1 order by started_at",
        [project],
      );
      expect(rows).toMatchObject([{ status: "failed", error: { code: "invalid_input" } }, { status: "succeeded" }]);
    });
  });

  it("lets callers of one project in one after the other, and of two projects at once", async () => {
    const project = uniqueProject();
    let inside = 0;
    let most = 0;
    const call = () =>
      withPostgres(db, (sql) =>
        operate({ sql, verb: "v", project, arguments: {} }, async () => {
          most = Math.max(most, ++inside);
          await sql.query("select pg_sleep(0.02)");
          inside--;
          return {};
        }),
      );
    await Promise.all(Array.from({ length: 6 }, call));
    expect(most).toBe(1);
  });

  it("says who holds the project when it does not become free", async () => {
    const project = uniqueProject();
    await withPostgres(db, (sql) =>
      withPostgres(db, (other) =>
        operate({ sql, verb: "infra/sites/deploy_site", project, arguments: {} }, async () => {
          const second = operate({ sql: other, verb: "v", project, arguments: {}, waitSeconds: 0 }, async () => ({}));
          await expect(second).rejects.toMatchObject({
            code: "locked",
            status: 409,
            retryable: true,
            details: { reason: "infra/sites/deploy_site" },
          });
          return {};
        }),
      ),
    );
  });

  it("takes over from a caller that died, once its lease has expired", async () => {
    const project = uniqueProject();
    await withPostgres(db, (sql) =>
      withPostgres(db, async (other) => {
        const done = await operate({ sql, verb: "v", project, arguments: {}, leaseSeconds: 0 }, async () =>
          operate({ sql: other, verb: "v", project, arguments: {}, waitSeconds: 5 }, async () => ({ took: "over" })),
        );
        expect(done).toEqual({ took: "over" });
      }),
    );
  });

  it("takes over at once from a caller whose session is gone, and says in the record that it never ended", async () => {
    const project = uniqueProject();
    const killed = withPostgres(db, (sql) =>
      operate({ sql, verb: "first", project, arguments: {} }, async () => {
        await withPostgres(db, (other) =>
          other.query("select pg_terminate_backend(session_pid) from run8n.lease where key = $1", [
            `project:${project}`,
          ]),
        );
        throw new Error("what the caller must see");
      }),
    );
    await expect(killed).rejects.toThrow("what the caller must see");
    await withPostgres(db, async (sql) => {
      await operate({ sql, verb: "second", project, arguments: {}, waitSeconds: 5 }, async () => ({}));
      const { rows } = await sql.query(
        "select verb, status, error from run8n.operation where project = $1 order by started_at",
        [project],
      );
      expect(rows).toEqual([
        { verb: "first", status: "failed", error: { code: "abandoned" } },
        { verb: "second", status: "succeeded", error: null },
      ]);
    });
  });

  it("waits for a caller whose session lives, however long its work says nothing", async () => {
    const project = uniqueProject();
    await withPostgres(db, (sql) =>
      withPostgres(db, (other) =>
        operate({ sql, verb: "v", project, arguments: {} }, async () => {
          const second = operate({ sql: other, verb: "v", project, arguments: {}, waitSeconds: 0.3 }, async () => ({}));
          await expect(second).rejects.toMatchObject({ code: "locked" });
          return {};
        }),
      ),
    );
  });

  it("does not give back a lease that another caller has taken over", async () => {
    const project = uniqueProject();
    await withPostgres(db, (sql) =>
      withPostgres(db, (other) =>
        withPostgres(db, async (third) => {
          let late = Promise.resolve({});
          await operate({ sql, verb: "v", project, arguments: {}, leaseSeconds: 0 }, async () => {
            const started = new Promise<void>((resolve) => {
              late = operate({ sql: other, verb: "v", project, arguments: {} }, async () => {
                resolve();
                await other.query("select pg_sleep(0.3)");
                return {};
              });
            });
            await started;
            return {};
          });
          const refused = operate({ sql: third, verb: "v", project, arguments: {}, waitSeconds: 0 }, async () => ({}));
          await expect(refused).rejects.toMatchObject({ code: "locked" });
          await late;
        }),
      ),
    );
  });

  it("brings tables of an older version up to date", async () => {
    const project = uniqueProject();
    await withPostgres(db, async (sql) => {
      await operate({ sql, verb: "v", project, arguments: {} }, async () => ({}));
      await sql.query("alter table run8n.lease drop column session_pid, drop column session_started_at");
      await operate({ sql, verb: "v", project, arguments: {} }, async () => ({}));
    });
  });

  it("lets many first callers at once in, on a server that has never seen run8n", async () => {
    for (let round = 0; round < 3; round++) {
      await withPostgres(db, (sql) => sql.query("drop schema if exists run8n cascade"));
      const call = () =>
        withPostgres(db, (sql) =>
          operate({ sql, verb: "v", project: uniqueProject(), arguments: {} }, async () => ({})),
        );
      await Promise.all(Array.from({ length: 12 }, call));
    }
  });
});
