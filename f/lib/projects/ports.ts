import type { Sql } from "../postgres/connect.ts";
import { namedResource, type PostgresqlValue } from "../resources.ts";
import { commandedAt } from "../windmill/command.ts";
import { jobWorkspace } from "../windmill/workspace.ts";
import type { Ports } from "./kinds/kind.ts";

/** What a running job works with: its own workspace, and the connections `f/infra/<name>` that it may read. */
export function jobPorts(sql: Sql, db: PostgresqlValue): Ports {
  const workspace = jobWorkspace();
  const connection = <T extends object>(name: string) => namedResource<T>(`f/infra/${name}`);
  return {
    sql,
    db,
    workspace,
    connection,
    async optional<T extends object>(name: string) {
      return (await workspace.getResource(`f/infra/${name}`)) === undefined ? undefined : connection<T>(name);
    },
    commandedAt,
  };
}
