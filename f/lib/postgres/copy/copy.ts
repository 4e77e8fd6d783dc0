import { ConflictError, InvalidInputError, PreconditionError } from "../../errors.ts";
import { operate } from "../../operations/operate.ts";
import { type Sql, withPostgres } from "../connect.ts";
import { loginOf } from "../credentials.ts";
import { listTables } from "../dump.ts";
import { makeSchema, type SchemaPorts } from "../ensure_schema.ts";
import { EXTENSIONS, listExtensions } from "../extensions.ts";
import { refuseForeign } from "../repair_schema.ts";
import { type SchemaNames, schemaNames } from "../roles.ts";
import { readState, usesExtensions } from "../state.ts";
import { load } from "./load.ts";
import { STAGE, stage } from "./stage.ts";

export type CopiedSchema = {
  project: string;
  schema: string;
  from: string;
  tables: number;
  /** Rows that were copied; with the structure alone, those of the record of migrations. */
  rows: number;
  status: "created" | "unchanged";
};

export type CopyRequest = {
  project: string;
  /** The project whose schema is copied. */
  from: string;
  /** Whether its rows come along. */
  data?: boolean | null;
  maxBytes?: number | null;
};

type Limits = { data: boolean; maxBytes: number; withoutRows?: readonly string[] };

/** More than this is copied only by who says so. */
export const MAX_COPY_BYTES = 1024 ** 3;

/**
 * Makes a project's schema a copy of another's, for previews and staging: structure, rights, policies and the record of
 * migrations, and with `data` every row as it is at one moment. The target's schema is made when it is missing, and must
 * be empty. The source is only read. Run it again: a target with the same tables is `unchanged`.
 * Throws Precondition when the source has no schema, Conflict when the target has other tables, TooLarge.
 */
export async function copySchema(ports: SchemaPorts, request: CopyRequest): Promise<CopiedSchema> {
  const { project, from, data, maxBytes } = request;
  const [target, source] = [schemaNames(project), schemaNames(from)];
  if (project === from) throw sameProject();
  const limits = { data: data === true, maxBytes: maxBytes ?? MAX_COPY_BYTES };
  const operation = {
    sql: ports.sql,
    verb: "infra/postgres/copy_schema",
    project,
    arguments: { project, from, ...limits },
  };
  return operate({ ...operation, leaseSeconds: 3600 }, () => copyInto(ports, target, source, limits));
}

/** The same for a caller that holds the lease of the target's project; rows of the tables named may stay behind. */
export async function copyInto(
  ports: SchemaPorts,
  target: SchemaNames,
  source: SchemaNames,
  { data, maxBytes, withoutRows = [] }: Limits,
): Promise<CopiedSchema> {
  const { sql, db, workspace } = ports;
  const state = await readState(sql, source);
  refuseForeign(source, state);
  if (!state.schema) throw noSource(source);
  const usable = usesExtensions(source, state) ? await listExtensions(sql) : [];
  const extensions = usable.filter((name) => EXTENSIONS.includes(name));
  await makeSchema(ports, target, { extensions, shadow: false });
  const there = await tablesOf(sql, target);
  const wanted = await tablesOf(sql, source);
  const result = { project: target.project, schema: target.schema, from: source.project, tables: wanted.length };
  if (there.length > 0 && String(there) === String(wanted)) return { ...result, rows: 0, status: "unchanged" };
  if (there.length > 0) throw notEmpty(target);
  const staged = await stage(sql, { source, target, data, maxBytes, withoutRows });
  const login = await loginOf(workspace, target, "owner", db);
  const rows = await withPostgres(login, (owner) => load(owner, target.schema, staged));
  return { ...result, tables: staged.tables.length, rows, status: "created" };
}

/** The tables of a schema, without those of a copy that is under way. */
export const tablesOf = async (sql: Sql, { schema }: SchemaNames): Promise<string[]> =>
  (await listTables(sql, schema)).tables.filter((table) => table !== STAGE);

const sameProject = (): InvalidInputError =>
  new InvalidInputError("A schema cannot be copied into itself", {
    hint: "Pass another project as the one that becomes the copy.",
    details: { argument: "from" },
  });

const noSource = ({ project }: SchemaNames): PreconditionError =>
  new PreconditionError(`Project ${project} has no schema to copy`, {
    hint: "Check the name with f/infra/postgres/list_schemas.",
    details: { argument: "from" },
  });

const notEmpty = ({ project, schema }: SchemaNames): ConflictError =>
  new ConflictError(`Schema ${schema} has tables of its own, so it cannot become a copy`, {
    hint: "Drop it first, with f/infra/postgres/drop_schema, which can be taken back.",
    details: { project },
  });
