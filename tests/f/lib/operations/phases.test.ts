import { expect, it } from "vitest";
import { operate } from "../../../../f/lib/operations/operate.ts";
import { noteDeploy, timed } from "../../../../f/lib/operations/phases.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";

const db = testDatabase();
const phasesOf = async (project: string): Promise<{ phase: string; seconds: number }[]> => {
  const { rows } = await withPostgres(db, (sql) =>
    sql.query<{ phase: string; seconds: number }>("select phase, seconds from run8n.phase where project = $1", [
      project,
    ]),
  );
  return rows;
};

it("times the first run that succeeds, and neither the failure before it nor the run after it", async () => {
  const project = uniqueProject();
  const run = (seconds: number, fails = false) =>
    withPostgres(db, (sql) =>
      timed(sql, { project, phase: "schema" }, async () => {
        await sql.query("select pg_sleep($1)", [seconds]);
        if (fails) throw new Error("not this time");
      }),
    );
  await expect(run(0, true)).rejects.toThrow("not this time");
  await run(0.2);
  const first = await phasesOf(project);
  expect(first).toMatchObject([{ phase: "schema" }]);
  expect(first[0]?.seconds).toBeGreaterThanOrEqual(0.2);
  await run(0);
  expect(await phasesOf(project)).toEqual(first);
});

it("times the first deploy from the first of its uploads on", async () => {
  const project = uniqueProject();
  await withPostgres(db, async (sql) => {
    await noteDeploy(sql, project);
    expect(await phasesOf(project)).toEqual([]);
    const upload = { sql, verb: "infra/sites/deploy_files", project, arguments: {} };
    await operate(upload, async () => ({}));
    await sql.query("update run8n.operation set started_at = started_at - interval '1 minute' where project = $1", [
      project,
    ]);
    await operate(upload, async () => {
      await noteDeploy(sql, project);
      return {};
    });
    const first = await phasesOf(project);
    expect(first).toMatchObject([{ phase: "deploy" }]);
    expect(first[0]?.seconds).toBeGreaterThanOrEqual(60);
    await noteDeploy(sql, project);
    expect(await phasesOf(project)).toEqual(first);
  });
});
