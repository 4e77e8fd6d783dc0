import { NotFoundError } from "../errors.ts";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { collectionName, qdrantName } from "../qdrant/names.ts";
import { type IndexSettings, readerVersion } from "./index_settings.ts";
import { aiTables } from "./tables.ts";

/** An index that exists, with the names of all that belongs to it. */
export type Index = {
  project: string;
  name: string;
  settings: IndexSettings;
  /** The project's tables, quoted. */
  tables: ReturnType<typeof aiTables>;
  /** Its collection in Qdrant. */
  collection: string;
  version: string;
};

export const indexOf = (project: string, name: string, settings: IndexSettings): Index => ({
  project,
  name: collectionName(name),
  settings,
  tables: aiTables(schemaOf(project)),
  collection: qdrantName(project, name),
  version: readerVersion(settings),
});

/** The index, or nothing when the project has none of that name, or none at all. */
export async function findIndex(sql: Sql, project: string, name: string): Promise<Index | undefined> {
  const tables = aiTables(schemaOf(project));
  const { rows: known } = await sql.query("select to_regclass($1) as found", [tables.index]);
  if (!known[0].found) return undefined;
  const { rows } = await sql.query<{ settings: IndexSettings }>(
    `select settings from ${tables.index} where name = $1`,
    [collectionName(name)],
  );
  return rows[0] && indexOf(project, name, rows[0].settings);
}

/** Throws NotFound. */
export async function requireIndex(sql: Sql, project: string, name: string): Promise<Index> {
  const found = await findIndex(sql, project, name);
  if (found) return found;
  throw new NotFoundError(`Project ${project} has no index ${name}`, {
    hint: "Make it with f/infra/ai/ensure_index.",
    details: { argument: "index" },
  });
}
