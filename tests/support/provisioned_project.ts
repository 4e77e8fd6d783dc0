import { inject } from "vitest";
import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { type EnsuredProject, ensureProject } from "../../f/lib/projects/ensure.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import { uniqueProject } from "./database.ts";
import { memoryWorkspace } from "./workspace.ts";

/** A project on record that is not live yet. */
export function provisionedProject(db: PostgresqlValue, project = uniqueProject()): Promise<EnsuredProject> {
  const { caddy } = inject("services");
  const workspace = memoryWorkspace();
  return withPostgres(db, (sql) => ensureProject({ sql, workspace, caddy }, { project, template: "static" }));
}
