import { NotFoundError } from "../errors.ts";
import { projectName, schemaOf } from "../names.ts";
import { type Nocodb, path } from "./client.ts";

/** Where a base keeps its tables: in the project's own Postgres schema, or in NocoDB's own database. */
export type Storage = "project_schema" | "nocodb";

/** A project's base, as every other verb needs to know it. */
export type Base = {
  id: string;
  title: string;
  project: string;
  storage: Storage;
  /** The database in NocoDB's sense that new tables go to. */
  sourceId: string;
  /** The Postgres schema that the tables are in. */
  schema: string;
};

type SourceRow = { id: string; alias: string | null; is_local: boolean; fk_integration_id: string | null };
export type BaseRow = { id: string; title: string; description: string | null; sources: SourceRow[] };

/** The description by which we know our own, as a schema's comment in Postgres: titles are anybody's to change. */
export const baseMark = (project: string): string => `run8n project ${project}`;

export const listBases = async (nocodb: Nocodb): Promise<BaseRow[]> =>
  (await nocodb.get<{ list: BaseRow[] }>("/api/v2/meta/bases")).list;

export const findBase = async (nocodb: Nocodb, project: string): Promise<Base | undefined> => {
  const row = (await listBases(nocodb)).find(({ description }) => description === baseMark(project));
  return row && baseOf(project, row);
};

export function baseOf(project: string, { id, title, sources }: BaseRow): Base {
  const external = sources.find(({ is_local, alias }) => !is_local && alias === schemaOf(project));
  const local = sources.find(({ is_local }) => is_local);
  return external
    ? { id, title, project, storage: "project_schema", sourceId: external.id, schema: schemaOf(project) }
    : { id, title, project, storage: "nocodb", sourceId: local?.id ?? "", schema: id };
}

/** The project's base. Throws NotFound when there is none, InvalidInput for a name that is none. */
export async function requireBase(nocodb: Nocodb, name: string): Promise<Base> {
  const project = projectName(name);
  const found = await findBase(nocodb, project);
  if (found) return found;
  throw new NotFoundError(`Project ${project} has no base in NocoDB`, {
    hint: "Make it with f/infra/nocodb/ensure_base.",
  });
}

/** Where a person opens the base. */
export const baseUrl = (nocodb: Nocodb, id: string): string =>
  `${nocodb.value.url.replace(/\/+$/, "")}${path`/dashboard/#/nc/${id}`}`;
