import type { Sql } from "../postgres/connect.ts";
import { namedResource, type PostgresqlValue } from "../resources.ts";
import { commandedAt } from "../windmill/command.ts";
import { jobWorkspace } from "../windmill/workspace.ts";
import type { Ports } from "./kinds/kind.ts";

/** What a running job works with: its own workspace, and the connections `f/infra/<name>` that it may read. */
export const jobPorts = (sql: Sql, db: PostgresqlValue): Ports => ({
  sql,
  db,
  workspace: jobWorkspace(),
  connection: (name) => namedResource(`f/infra/${name}`),
  commandedAt,
});
