import { ensureSchema } from "../../postgres/ensure_schema.ts";
import { schemaNames } from "../../postgres/roles.ts";
import { schemaDrift } from "../../postgres/schema_drift.ts";
import { dropForGood, lockSchema, schemaRemains } from "../../postgres/schema_end.ts";
import type { Kind } from "./kind.ts";

/** The Postgres schema with its roles, their rights, passwords and connections. Its tables belong to the migrations. */
export const schemaKind: Kind = {
  kind: "schema",
  async plan(ports, { project, manifest }) {
    const what = `Postgres schema ${schemaNames(project).schema}`;
    const { exists, amiss } = await schemaDrift(ports, project, manifest.database);
    if (!exists) return [{ action: "create", what, why: "it does not exist", risk: "safe" }];
    return amiss.map((why) => ({ action: "update", what, why, risk: "safe" }));
  },
  apply: ({ sql, db, workspace }, { project, manifest }) =>
    ensureSchema({ sql, db, workspace }, project, manifest.database),
  lock: ({ sql }, project) => lockSchema(sql, project),
  list: ({ sql }, project) => schemaRemains(sql, project),
  drop: ({ sql, workspace }, project) =>
    dropForGood({ sql, workspace }, { project, maxDumpBytes: Number.MAX_SAFE_INTEGER }),
};
