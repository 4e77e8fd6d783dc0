import type { Sql } from "../connect.ts";
import type { Part } from "./part.ts";
import { RIGHTS } from "./rights.ts";
import {
  CONSTRAINTS,
  FOREIGN_KEYS,
  INDEXES,
  OWNED,
  PARTITIONS,
  POSITIONS,
  SEQUENCES,
  TABLES,
  TRIGGERS,
  VIEWS,
} from "./tables.ts";
import { FUNCTIONS, TYPES } from "./types.ts";

/** The statements that build a schema's structure again, before its rows are loaded and after. */
export type Structure = { before: string[]; after: string[] };

const BEFORE_ROWS: Part[] = [...TYPES, SEQUENCES, FUNCTIONS, TABLES, PARTITIONS];
const AFTER_ROWS: Part[] = [POSITIONS, OWNED, CONSTRAINTS, FOREIGN_KEYS, INDEXES, VIEWS, TRIGGERS, ...RIGHTS];

const list = (parts: Part[]): string => `
  (select coalesce(array_agg(statement order by step, id), '{}')
     from (${parts.map((part, step) => `select ${step}, * from (${part}) as part`).join("\nunion all\n")}) as all_ (step, id, statement) where statement <> '')`;

const STRUCTURE = `
  with inside as (select oid from pg_namespace where nspname = $1)
  select ${list(BEFORE_ROWS)} as before, ${list(AFTER_ROWS)} as after`;

/**
 * Reads a schema's structure from what Postgres itself says of each part: types, sequences, functions and tables; then
 * the sequences' positions, constraints, indexes, views, triggers, rights, policies and comments. The roles that have
 * rights must exist where the statements run. Runs nothing that the schema's owner has written.
 */
export async function readStructure(sql: Sql, schema: string): Promise<Structure> {
  const { rows } = await sql.query<Structure>(STRUCTURE, [schema]);
  return rows[0]!;
}
