import { setTimeout as sleep } from "node:timers/promises";
import { InvalidInputError, NotFoundError, PreconditionError, TimeoutError } from "../errors.ts";
import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { credentialPaths } from "../postgres/credentials.ts";
import { type SchemaNames, schemaNames } from "../postgres/roles.ts";
import type { PostgresqlValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { type Base, baseMark, baseOf, baseUrl, findBase, listBases, type Storage } from "./base.ts";
import { type Nocodb, path } from "./client.ts";
import { ensureIntegration } from "./integration.ts";
import { tableRows } from "./metadata.ts";

export type BasePorts = { sql: Sql; workspace: Workspace; nocodb: Nocodb };

export type EnsuredBase = {
  project: string;
  base: { id: string; title: string; url: string };
  /** Where its tables are, which is not what was asked for when NocoDB may not use other databases. */
  storage: Storage;
  schema: string;
  status: "created" | "updated" | "unchanged";
};

type Info = { ncDefaultWorkspaceId?: string; connectToExternalDB?: boolean };

/**
 * Makes a project's base exist. With `project_schema` its tables are in the project's own Postgres schema, which NocoDB
 * reaches as the schema's owner and no further; tables that are there already appear in it. Where NocoDB may not use
 * other databases, and with `nocodb`, they are in a schema of NocoDB's own database. A base that has tables never moves.
 *
 * Throws NotFound when the project has no schema yet, Precondition for a base with tables whose storage is another.
 */
export async function ensureBase(
  { sql, workspace, nocodb }: BasePorts,
  { project: name, storage: wanted }: { project: string; storage: unknown },
): Promise<EnsuredBase> {
  const project = projectName(name);
  const asked = { project, storage: storageOf(wanted) };
  return operate({ sql, verb: "infra/nocodb/ensure_base", project, arguments: asked }, async () => {
    const info = await nocodb.get<Info>("/api/v2/meta/nocodb/info");
    const storage = info.connectToExternalDB === false ? "nocodb" : asked.storage;
    const before = await findBase(nocodb, project);
    const found = before ?? (await createBase(nocodb, project, info));
    const moved = storage === "project_schema" && found.storage === "nocodb";
    if (before && found.storage !== storage) await refuseMove(nocodb, before, storage);
    if (storage === "project_schema") await attach({ sql, workspace, nocodb }, found);
    const base = (await findBase(nocodb, project)) ?? found;
    const status = !before ? "created" : moved ? "updated" : "unchanged";
    const { id, title, schema } = base;
    return { project, base: { id, title, url: baseUrl(nocodb, id) }, storage: base.storage, schema, status };
  });
}

function storageOf(value: unknown): Storage {
  if (value === "nocodb" || value === "project_schema") return value;
  throw new InvalidInputError('Storage must be "project_schema" or "nocodb"', {
    hint: "Leave it out to keep the tables in the project's own schema.",
    details: { argument: "storage" },
  });
}

async function createBase(nocodb: Nocodb, project: string, { ncDefaultWorkspaceId = "default" }: Info): Promise<Base> {
  const made = await nocodb.post<{ id: string }>(path`/api/v3/meta/workspaces/${ncDefaultWorkspaceId}/bases`, {
    title: project,
    description: baseMark(project),
  });
  const row = (await listBases(nocodb)).find(({ id }) => id === made.id);
  if (row) return baseOf(project, row);
  throw new NotFoundError("NocoDB does not list the base that it has just made", {
    hint: "Check that the token's user may see bases, then call again.",
    retryable: true,
  });
}

async function refuseMove(nocodb: Nocodb, base: Base, wanted: Storage): Promise<void> {
  if (wanted === "project_schema" && (await tableRows(nocodb, base)).length === 0) return;
  throw new PreconditionError(`The base of project ${base.project} keeps its tables in ${base.storage} already`, {
    hint: `Go on with storage "${base.storage}"; moving tables between databases is snapshot_schema's business.`,
    details: { storage: base.storage },
  });
}

/** Hands the schema's login on to NocoDB, after it has changed. For a caller that has the project's lease. */
export async function renewLogin({ workspace, nocodb }: Omit<BasePorts, "sql">, project: string): Promise<void> {
  const names = schemaNames(project);
  await ensureIntegration(nocodb, { project, schema: names.schema, login: await ownerLogin(workspace, names) });
}

/** The owner's connection as Windmill keeps it, with the secret it refers to: either of two, by the last rotation. */
async function ownerLogin(workspace: Workspace, names: SchemaNames): Promise<PostgresqlValue> {
  const { resource } = credentialPaths(names, "owner", names.roles.owner);
  const connection = (await workspace.getResource(resource)) as PostgresqlValue | undefined;
  const password = connection && (await workspace.getSecret(connection.password.replace(/^\$var:/, "")));
  if (connection && password) return { ...connection, password };
  throw new NotFoundError(`Project ${names.project} has no Postgres schema yet`, {
    hint: 'Make it with f/infra/postgres/ensure_schema, or pass storage "nocodb".',
  });
}

/** Brings the project's schema into the base, as the schema's owner. */
async function attach({ sql, workspace, nocodb }: BasePorts, base: Base): Promise<void> {
  const names = schemaNames(base.project);
  const login = await ownerLogin(workspace, names);
  const integration = await ensureIntegration(nocodb, { project: base.project, schema: names.schema, login });
  if (base.storage === "project_schema") return;
  await nocodb.post(path`/api/v2/meta/bases/${base.id}/sources`, {
    ...{ alias: names.schema, type: "pg", inflection_column: "none", inflection_table: "none" },
    ...{ is_schema_readonly: false, is_data_readonly: false, fk_integration_id: integration },
    config: { client: "pg", connection: { database: login.dbname }, searchPath: [names.schema] },
  });
  await untilRead(sql, nocodb, base.project, names.schema);
}

/** NocoDB reads a new source in the background; it has done so when it shows as many tables as there are. */
async function untilRead(sql: Sql, nocodb: Nocodb, project: string, schema: string): Promise<void> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::int as count from pg_class
      where relnamespace = to_regnamespace(quote_ident($1)) and relkind in ('r', 'p') and not relispartition`,
    [schema],
  );
  const deadline = Date.now() + 60_000;
  for (;;) {
    const base = await findBase(nocodb, project);
    if (base?.storage === "project_schema") {
      const tables = await tableRows(nocodb, base, { between: true });
      if (tables.length >= (rows[0]?.count ?? 0)) return;
    }
    if (Date.now() > deadline)
      throw new TimeoutError(`NocoDB has not read the schema ${schema} within a minute`, {
        hint: "Call again; look into NocoDB's log when it stays so.",
      });
    await sleep(200);
  }
}
