import { isDeepStrictEqual } from "node:util";
import { schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { identifier } from "../postgres/quote.ts";
import { requireSchema } from "../postgres/require_schema.ts";
import { rolesOf } from "../postgres/roles.ts";
import { tableState } from "../postgres/table_state.ts";
import type { BackupPorts } from "../qdrant/backup.ts";
import { bringCollection, type EnsuredCollection } from "../qdrant/ensure.ts";
import { findIndex, indexOf } from "./index_record.ts";
import { collectionFor, type IndexSettings, settingsOf } from "./index_settings.ts";
import { AI_TABLES, aiStatements, aiTables } from "./tables.ts";

export type EnsuredIndex = {
  project: string;
  index: string;
  settings: IndexSettings;
  /** Its collection in Qdrant. */
  collection: string;
  status: "created" | "updated" | "unchanged" | "planned";
  changes: string[];
  /** With the status `planned`: pass its hash as `plan` to do it, then ingest again. */
  plan?: EnsuredCollection["plan"];
  /** Whether documents will be read again at their next ingestion, because they would be cut or embedded differently. */
  rereads: boolean;
};

/**
 * Makes a project's search index exist: its ledger in Postgres, its collection in Qdrant, its settings. A change that
 * would lose every vector is only planned until its hash comes back. Throws InvalidInput, Precondition, Upstream.
 */
export async function ensureIndex(
  { sql, qdrant, http }: BackupPorts,
  { project, index: name, plan, ...asked }: { project: string; index: string; plan?: string } & Partial<IndexSettings>,
): Promise<EnsuredIndex> {
  const settings = settingsOf(asked);
  const index = indexOf(project, name, settings);
  const operation = { sql, verb: "infra/ai/ensure_index", project, arguments: { project, index: name, ...asked } };
  return operate({ ...operation, leaseSeconds: 3600 }, async () => {
    const schema = schemaOf(project);
    await requireSchema(sql, schema);
    const tables = await ensureAiTables(sql, schema);
    const before = await findIndex(sql, project, name);
    const wanted = { project, collection: name, plan, ...collectionFor(settings) };
    const collection = await bringCollection({ sql, qdrant, http }, wanted);
    const about = { project, index: name, settings, collection: index.collection, changes: collection.changes };
    const rereads = before !== undefined && before.version !== index.version;
    if (collection.status === "planned") return { ...about, status: "planned", plan: collection.plan, rereads };
    const same = before && isDeepStrictEqual(before.settings, settings);
    if (!same) await keep(sql, schema, name, settings);
    const untouched = same && tables === "unchanged" && collection.status === "unchanged";
    return { ...about, status: !before ? "created" : untouched ? "unchanged" : "updated", rereads };
  });
}

/** Makes the ledger's tables exist with their columns and rights, owned by the project. */
export async function ensureAiTables(sql: Sql, schema: string): Promise<"created" | "updated" | "unchanged"> {
  const look = () => tableState(sql, schema, [...AI_TABLES]);
  const before = await look();
  await transaction(sql, async () => {
    await sql.query(`set local role ${identifier(rolesOf(schema).owner)}`);
    for (const statement of aiStatements(schema)) await sql.query(statement);
  });
  const after = await look();
  return before === undefined ? "created" : before === after ? "unchanged" : "updated";
}

const keep = (sql: Sql, schema: string, name: string, settings: IndexSettings) =>
  sql.query(
    `insert into ${aiTables(schema).index} (name, settings) values ($1, $2)
     on conflict (name) do update set settings = excluded.settings, updated_at = now()`,
    [name, JSON.stringify(settings)],
  );
