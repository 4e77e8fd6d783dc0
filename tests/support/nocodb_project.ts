import { afterAll, beforeAll } from "vitest";
import type { Nocodb } from "../../f/lib/nocodb/client.ts";
import { ensureBase } from "../../f/lib/nocodb/ensure_base.ts";
import { ensureTable } from "../../f/lib/nocodb/ensure_table.ts";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../f/lib/postgres/ensure_schema.ts";
import { testDatabase, uniqueProject } from "./database.ts";
import { testNocodb } from "./nocodb.ts";
import { memoryWorkspace } from "./workspace.ts";

/** A project with a schema and a base on it, and short ways to work in it. */
export function nocodbProject(storage: "project_schema" | "nocodb" = "project_schema") {
  const db = testDatabase();
  const nocodb = testNocodb();
  const project = uniqueProject();
  const workspace = memoryWorkspace();
  const api = (): Nocodb => nocodb.api;
  const ensure = (more: object = {}) =>
    withPostgres(db, (sql) => ensureBase({ sql, workspace, nocodb: api() }, { project, storage, ...more }));
  const table = (definition: object, more: { removeFields?: boolean; confirm?: string } = {}) =>
    withPostgres(db, (sql) => ensureTable({ sql, nocodb: api() }, { project, definition, ...more }));
  beforeAll(async () => {
    await withPostgres(db, (sql) => ensureSchema({ sql, db, workspace }, project));
    await ensure();
  });
  afterAll(async () => {
    const { base } = await ensure();
    await api().delete(`/api/v3/meta/bases/${base.id}`);
  });
  return { db, nocodb, project, workspace, ensure, table };
}
