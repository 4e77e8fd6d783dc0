import { ConflictError, NotFoundError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import { withTables } from "../operations/tables.ts";
import { type Sql, transaction } from "./connect.ts";
import { type EnsuredSchema, makeSchema, type SchemaPorts } from "./ensure_schema.ts";
import { identifier } from "./quote.ts";
import { refuseForeign } from "./repair_schema.ts";
import { ROLE_KINDS, rolesOf, type SchemaNames, schemaNames } from "./roles.ts";
import { readState } from "./state.ts";
import { listTombstones } from "./tombstones.ts";

export type RestoredSchema = Omit<EnsuredSchema, "status"> & {
  /** The tombstone that is a schema again; none when the schema stood already. */
  tombstone: string | null;
  status: "restored" | "unchanged";
};

/**
 * Takes a drop back: the latest tombstone of the project, or the named one, gets its name back with everything in it, and
 * its roles may log in again, with new passwords. Run it again: the schema stands, and `status` is `unchanged`.
 * Throws Conflict while the project has another schema by now, NotFound when there is no such tombstone.
 */
export async function restoreSchema(
  ports: SchemaPorts,
  { project, tombstone }: { project: string; tombstone?: string | null },
): Promise<RestoredSchema> {
  const names = schemaNames(project);
  const asked = { project, tombstone: tombstone || null };
  const operation = { sql: ports.sql, verb: "infra/postgres/restore_schema", project, arguments: asked };
  return operate(operation, () => unearthSchema(ports, names, asked.tombstone));
}

/** The same for a caller that holds the project's lease. */
export async function unearthSchema(
  ports: SchemaPorts,
  names: SchemaNames,
  wanted: string | null,
): Promise<RestoredSchema> {
  const { sql } = ports;
  const state = await readState(sql, names);
  refuseForeign(names, state);
  const found = await withTables(sql, () => listTombstones(sql, names.project));
  const one = wanted ? found.find(({ tombstone }) => tombstone === wanted) : found[0];
  if (state.schema && wanted && one) throw standsAgain(names);
  if (!state.schema && !one) throw noTombstone(names);
  const buried = state.schema ? null : one!.tombstone;
  if (buried) await unbury(sql, names, buried);
  const { status: _, ...ensured } = await makeSchema(ports, names, { extensions: [], shadow: false });
  return { ...ensured, tombstone: buried, status: buried ? "restored" : "unchanged" };
}

/** Gives schema and roles their names back; the roles still may not log in, which makeSchema sees to. */
const unbury = (sql: Sql, names: SchemaNames, tombstone: string): Promise<unknown> =>
  transaction(sql, () => {
    const buried = rolesOf(tombstone);
    return sql.query(
      [
        `alter schema ${identifier(tombstone)} rename to ${identifier(names.schema)}`,
        ...ROLE_KINDS.map(
          (kind) => `alter role ${identifier(buried[kind])} rename to ${identifier(names.roles[kind])}`,
        ),
      ].join(";\n"),
    );
  });

const standsAgain = ({ project }: SchemaNames): ConflictError =>
  new ConflictError(`Project ${project} has a schema, so no other one can be restored in its place`, {
    hint: "Drop the schema first, with f/infra/postgres/drop_schema; it becomes a tombstone too.",
  });

const noTombstone = ({ project }: SchemaNames): NotFoundError =>
  new NotFoundError(`Project ${project} has no tombstone of that name, or none at all`, {
    hint: "Call f/infra/postgres/list_schemas: it shows what can be restored.",
  });
