import { ensureSchema } from "../../postgres/ensure_schema.ts";
import { schemaNames } from "../../postgres/roles.ts";
import { schemaDrift } from "../../postgres/schema_drift.ts";
import type { Kind } from "./kind.ts";

/** The Postgres schema with its roles, their rights, passwords and connections. Its tables belong to the migrations. */
export const schemaKind: Kind = {
  kind: "schema",
  async plan(ports, { project }) {
    const what = `Postgres schema ${schemaNames(project).schema}`;
    const { exists, amiss } = await schemaDrift(ports, project);
    if (!exists) return [{ action: "create", what, why: "it does not exist", risk: "safe" }];
    return amiss.map((why) => ({ action: "update", what, why, risk: "safe" }));
  },
  apply: ({ sql, db, workspace }, { project }) => ensureSchema({ sql, db, workspace }, project),
};
