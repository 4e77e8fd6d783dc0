import { afterAll, beforeAll, inject } from "vitest";
import { schemaOf } from "../../f/lib/names.ts";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { ensureWaitlist } from "../../f/lib/waitlist/ensure.ts";
import { testDatabase, uniqueProject } from "./database.ts";
import type { TestEngine } from "./engine.ts";
import { projectSchema } from "./project_schema.ts";
import { pushedEngine } from "./pushed_engine.ts";
import { keep } from "./workspace_items.ts";

export type RouteRequest = { headers?: Record<string, string>; body?: BodyInit; path?: string };

/** The public waitlist route of one project, pushed to an engine of the test file's own, on the real servers. */
export function signupRoute() {
  const db = testDatabase();
  const project = `my-${uniqueProject()}`;
  const schema = schemaOf(project);
  const origin = `https://${project}.example.com`;
  let engine: TestEngine;
  let clients = 0;

  beforeAll(async () => {
    engine = await pushedEngine();
    const { app } = await withPostgres(db, async (sql) => {
      const connections = await projectSchema(sql, db, project);
      await ensureWaitlist(sql, project);
      return connections;
    });
    await keep(engine, {
      "f/infra/redis": inject("services").redis,
      [`f/project_${schema}/project`]: { name: project, origins: [origin] },
      [`f/project_${schema}/postgres_app`]: app,
    });
  }, 120_000);
  afterAll(() => engine?.stop());

  const path = `apps/${project}/waitlist/signups`;
  return {
    path,
    origin,
    project,
    engine: () => engine,
    /** Posts as the edge does: each call comes from another client, unless its headers say from which. */
    post: (request: RouteRequest): Promise<Response> =>
      fetch(`${engine.url}/api/r/${engine.workspace}/${request.path ?? path}`, {
        method: "POST",
        redirect: "manual",
        headers: { "x-forwarded-for": `10.0.${clients >> 8}.${clients++ & 255}`, ...request.headers },
        body: request.body ?? "{}",
      }),
    rows: async (): Promise<Record<string, unknown>[]> =>
      (await withPostgres(db, (sql) => sql.query(`select * from ${schema}.waitlist_signup`))).rows,
  };
}
